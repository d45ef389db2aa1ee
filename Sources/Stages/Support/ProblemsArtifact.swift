package import Fields
import Foundation
package import PipelineCore
package import Reasoning

extension Problem {
  package var json: JSONText {
    .object([
      ("family", .string(family)), ("difficulty", .int(difficulty)), ("prompt", .string(prompt)),
      ("answer", .string(answer)),
    ])
  }
}

/// The problems of every split, as the `problems` kind stores them.
package enum ProblemsArtifact {
  package static func path(ofSplit name: String) -> String { "splits/\(name).jsonl" }

  /// - Throws: `StageFailure` when the artifact has no such split or it is empty.
  package static func read(
    split: String, from artifact: any ArtifactReader
  ) throws -> [Problem] {
    let path = path(ofSplit: split)
    guard artifact.files.contains(path) else {
      throw StageFailure("the problems have no split '\(split)'")
    }
    let problems = try JSONLines.decode(Problem.self, from: try artifact.read(path))
    guard !problems.isEmpty else { throw StageFailure("split '\(split)' has no problems") }
    return problems
  }
}
