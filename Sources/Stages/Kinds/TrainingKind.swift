package import Fields
import PipelineCore

/// A kind that trains and logs every step, and knows before it runs which figures that will be.
package protocol TrainingKind {
  /// The figures that its log may have, under these fields.
  func figures(of config: FieldValue) -> [String]
}

extension UpstreamStage {
  /// The figures that its log may have; nil where they are not known before it runs.
  var trainingFigures: [String]? {
    guard let kind = kind as? any TrainingKind else { return nil }
    // A swept field of these may add figures at some points.
    let isSwept = axes.contains { path in
      ["algorithm", "reward", "rollout"].contains { path.hasPrefix("\(stage).\($0)") }
    }
    return isSwept ? nil : kind.figures(of: config)
  }
}
