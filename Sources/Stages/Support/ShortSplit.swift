import Reasoning

/// A split with fewer problems than were asked for, in the words of plan, run and log.
struct ShortSplit {
  let name: String
  let wanted: Int
  let count: Int
  /// The families and difficulties that ran dry.
  let cells: [String]
  /// Whether nothing was drawn yet, so that it may come out smaller still.
  let isBound: Bool

  private static let mostCells = 4

  /// `train: 75 of 200000: no more different prompts (search of difficulty 1)`.
  var sentence: String {
    let more = cells.count - Self.mostCells
    return "\(name): \(isBound ? "at most " : "")\(count) of \(wanted): no more different prompts ("
      + cells.prefix(Self.mostCells).joined(separator: ", ")
      + (more > 0 ? " and \(more) more" : "") + ")"
  }
}

extension ProblemShortfall {
  /// `search of difficulty 1`.
  var cell: String { "\(family) of difficulty \(difficulty)" }
}
