import Reasoning

/// A split with fewer problems than requested, in the words of plan, run and log.
struct ShortSplit {
  let name: String
  let wanted: Int
  let count: Int
  /// The families and difficulties that have no more different prompts.
  let cells: [String]
  /// True if no problem was drawn yet, so that the split may become even smaller.
  let isBound: Bool

  private static let mostCells = 4

  /// The message, for example
  /// `train: 75 of 200000: no more different prompts (search of difficulty 1)`.
  var sentence: String {
    let more = cells.count - Self.mostCells
    return "\(name): \(isBound ? "at most " : "")\(count) of \(wanted): no more different prompts ("
      + cells.prefix(Self.mostCells).joined(separator: ", ")
      + (more > 0 ? " and \(more) more" : "") + ")"
  }
}

extension ProblemShortfall {
  /// The family and difficulty in words, for example `search of difficulty 1`.
  var cell: String { "\(family) of difficulty \(difficulty)" }
}
