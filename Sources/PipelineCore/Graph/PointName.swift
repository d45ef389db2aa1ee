import Algorithms
import Fields

/// The name of a stage, or the address of one of its points, as it is given to a command.
struct PointName {
  let text: String

  init(_ text: String) { self.text = text }

  /// The indices of the point with this address, or of all points of the stage with this name.
  /// - Parameter place: the place where the name is looked up, with its preposition.
  /// - Throws: `StageFailure` with the names that exist. For a wrong address of an existing stage
  ///   these are the addresses of its points.
  func indices(
    in points: [(address: String, stage: String)], _ place: String
  ) throws(StageFailure) -> [Int] {
    var found = points.indices.filter { points[$0].address == text }
    if found.isEmpty { found = points.indices.filter { points[$0].stage == text } }
    guard found.isEmpty else { return found }
    let stage = String(text.prefix { $0 != "[" })
    let siblings = points.filter { $0.stage == stage }.map(\.address)
    guard siblings.isEmpty else {
      throw StageFailure(UnknownName("point", text, place, among: siblings).message)
    }
    let stages = points.map(\.stage).uniqued(on: \.self)
    throw StageFailure(UnknownName("stage", text, place, among: stages).sentence)
  }
}

extension StageGraph {
  /// The indices of the points of a stage, or of the point with an address.
  /// - Throws: `StageFailure` if there is none.
  package func indices(of name: String) throws(StageFailure) -> [Int] {
    try PointName(name).indices(in: points.map { ($0.address, $0.stage) }, "in the pipeline")
  }
}

extension RunRecord {
  /// The indices of the points of a stage, or of the point with an address.
  /// - Throws: `StageFailure` if there is none.
  package func indices(of name: String) throws(StageFailure) -> [Int] {
    try PointName(name).indices(
      in: points.map { ($0.address, $0.stage) }, "in run \(id.quoted)")
  }

  /// The points of a stage, or the point with an address.
  /// - Throws: `StageFailure` if there is none.
  package func points(named name: String) throws(StageFailure) -> [Point] {
    try indices(of: name).map { points[$0] }
  }
}
