import Algorithms
package import Fields

/// One dimension of a sweep: one field and the values it takes, or several fields that change
/// together.
package struct Axis: Sendable, Hashable {
  /// The path of the axis over the pipeline's seeds.
  package static let seedPath = "seed"

  /// The fields' full paths, `rl.reward.length_penalty.alpha`, or `seed`. At least one.
  package let paths: [String]
  /// The values the fields take: each setting has one for each path; distinct, in file order, at
  /// least one.
  package let settings: [[AxisValue]]

  package init(paths: [String], settings: [[AxisValue]]) {
    self.paths = paths
    self.settings = settings
  }

  package init(path: String, values: [FieldValue]) {
    self.init(paths: [path], settings: values.map { [AxisValue(path: path, value: $0)] })
  }

  /// The axis with only its first `count` settings; all when `count` is nil.
  func first(_ count: Int?) -> Axis {
    Axis(paths: paths, settings: Array(settings.prefix(count ?? settings.count)))
  }

  /// The axis as seen by a stage that only some of its fields reach: settings that differ only in
  /// the other fields become one. Nil when none of its fields is in `reaching`.
  func projected(onto reaching: Set<String>) -> Axis? {
    let kept = paths.indices.filter { reaching.contains(paths[$0]) }
    if kept.isEmpty { return nil }
    if kept.count == paths.count { return self }
    return Axis(
      paths: kept.map { paths[$0] },
      settings: settings.map { setting in kept.map { setting[$0] } }.uniqued(on: \.self))
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
