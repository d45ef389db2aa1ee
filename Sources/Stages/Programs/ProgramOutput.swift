import Fields
import Foundation
import ModelCore
import PipelineCore
import Reasoning

/// A program's output, checked against the declared type before other stages use it.
struct ProgramOutput {
  let type: OutputType
  let files: [(path: String, place: String)]

  /// All mistakes in the files that other stages would read.
  /// - Throws: errors from reading the files; `StageFailure` if a model is invalid.
  func mistakes(in context: any StageContext) throws -> [Diagnostic] {
    switch type {
    case .files, .file: return []
    case .model:
      do {
        _ = try ModelFolder(files: files.map(\.path), memory: MachineMemory.size) {
          try bytes(of: $0)
        }
      } catch let error as ModelFileError {
        throw StageFailure(
          "what it left is not a model that other stages can take: \(error.inWords); "
            + "write 'type: files' if only programs read it")
      }
      return []
    case .problems:
      let splits = try files.filter { $0.path.hasPrefix("splits/") }.map {
        ($0.path, try bytes(of: $0.path))
      }
      let summary = files.contains { $0.path == ProblemsArtifact.summaryPath }
      let inSummary =
        try summary
        ? ProblemCheck.mistakes(inSummary: bytes(of: ProblemsArtifact.summaryPath)) : []
      return ProblemCheck.mistakes(in: splits) + inSummary
    case .responses:
      var check = ResponseCheck(answering: try Self.problems(in: context))
      return check.mistakes(
        in: try bytes(of: ResponsesArtifact.path), named: ResponsesArtifact.path)
    }
  }

  private func bytes(of path: String) throws -> Data {
    guard let file = files.first(where: { $0.path == path }) else {
      throw StageFailure("it left no '\(path)'")
    }
    return try Data(contentsOf: URL(fileURLWithPath: file.place), options: .alwaysMapped)
  }

  /// The problems that the stage was given, by split; nil if it was given none.
  private static func problems(in context: any StageContext) throws -> [String: [Problem]]? {
    let artifacts = context.inputRoles.flatMap { role in
      context.optionalInput(role).map { [$0] } ?? context.collected(role).map(\.artifact)
    }.filter { $0.type == .problems }
    guard !artifacts.isEmpty else { return nil }
    var splits: [String: [Problem]] = [:]
    for artifact in artifacts {
      splits.merge(try ProblemsArtifact.splits(of: artifact)) { $0 + $1 }
    }
    return splits
  }
}
