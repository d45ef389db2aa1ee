import Algorithms
package import Fields

/// One dimension of a sweep: one field and the values it takes, or several fields that change
/// together.
package struct Axis: Sendable, Hashable {
  /// The path of the axis over the pipeline's seeds.
  package static let seedPath = "seed"

  /// The fields' full paths, `rl.reward.length_penalty.alpha`, or `seed`. At least one.
  package let paths: [String]
  /// The values the fields take: one row per setting with a value for each path; distinct, in file
  /// order, at least one row.
  package let rows: [[FieldValue]]

  package init(paths: [String], rows: [[FieldValue]]) {
    self.paths = paths
    self.rows = rows
  }

  package init(path: String, values: [FieldValue]) {
    self.init(paths: [path], rows: values.map { [$0] })
  }

  /// The rows as settings.
  package var settings: [[AxisValue]] {
    rows.map { row in zip(paths, row).map { AxisValue(path: $0, value: $1) } }
  }

  /// The axis with only its first `count` rows; all rows when `count` is nil.
  func first(_ count: Int?) -> Axis {
    Axis(paths: paths, rows: Array(rows.prefix(count ?? rows.count)))
  }

  /// The axis as seen by a stage that only some of its fields reach: rows that differ only in the
  /// other fields become one. Nil when none of its fields is in `reaching`.
  func projected(onto reaching: Set<String>) -> Axis? {
    let kept = paths.indices.filter { reaching.contains(paths[$0]) }
    if kept.isEmpty { return nil }
    if kept.count == paths.count { return self }
    return Axis(
      paths: kept.map { paths[$0] },
      rows: rows.map { row in kept.map { row[$0] } }.uniqued(on: \.self))
  }
}

extension AxisValue {
  /// The name of the stage whose field is set; nil for the seed.
  package var stage: String? {
    path == Axis.seedPath ? nil : path.split(separator: ".").first.map(String.init)
  }

  /// The field's path inside its stage.
  package var fieldPath: [String] { path.split(separator: ".").dropFirst().map(String.init) }
}
