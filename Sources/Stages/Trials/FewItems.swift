package import Fields
import Foundation
package import PipelineCore

/// The changes of `laconic try` to a stage, so that it works on a few items.
package struct FewItems: TrialScope {
  /// The most problems of each split that are answered, and the most prompts of a step.
  package let limit: Int
  /// The most steps of a stage that trains.
  package let steps: Int

  /// The most problems of a split that are generated for a trial.
  static let mostGenerated = 10_000
  private static let promptsPerStep = ["train", "prompts_per_step"]

  /// - Precondition: both are at least 1.
  package init(limit: Int, steps: Int) {
    self.limit = limit
    self.steps = steps
  }

  package func config(of point: StagePoint, isTried: Bool) -> FieldValue {
    var config = point.config
    if point.kind is ProblemsKind {
      for split in (config["splits"].mapValue ?? [:]).keys {
        config = config.capped(at: ["splits", split, "count"], to: Self.mostGenerated)
      }
    } else if isTried, point.kind is any TrainingKind {
      config = config.capped(at: Self.promptsPerStep, to: limit)
    }
    return config
  }

  package func narrowed(
    _ artifact: any ArtifactReader, role: String, of point: StagePoint
  ) -> any ArtifactReader {
    guard point.kind is any SamplingStageKind, role == RoleName.problems else { return artifact }
    return FirstProblems(artifact: artifact, limit: limit)
  }

  package func steps(of point: StagePoint) -> Int? {
    point.kind is any TrainingKind ? steps : nil
  }
}

/// Problems, of which only the first of each split can be read.
private struct FirstProblems: ArtifactReader {
  let artifact: any ArtifactReader
  let limit: Int

  var type: ArtifactType { artifact.type }
  var digest: String { artifact.digest }
  var files: [String] { artifact.files }

  func read(_ path: String) throws -> Data {
    let whole = try artifact.read(path)
    guard ProblemsArtifact.split(at: path) != nil else { return whole }
    return whole.lines.prefix(limit).reduce(into: Data()) { $0 += $1 + [UInt8(ascii: "\n")] }
  }
}

extension FieldValue {
  /// The value with a number at a path no higher than `limit`.
  fileprivate func capped(at path: [String], to limit: Int) -> FieldValue {
    guard let number = self[path: path].intValue, number > limit else { return self }
    return setting(.int(limit), at: path[...])
  }
}
