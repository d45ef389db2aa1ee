package import Fields
import Foundation
package import PipelineCore
package import Reasoning

extension Problem {
  package var json: JSONText {
    var members: [(String, JSONText)] = [
      ("family", .string(family)), ("difficulty", .int(difficulty)), ("prompt", .string(prompt)),
      ("answer", .string(answer)),
    ]
    if let generator { members.append(("generator", .string(generator.rawValue))) }
    if let verifier { members.append(("verifier", .string(verifier))) }
    if let response { members.append(("response", .string(response))) }
    if let fields {
      members.append(
        ("fields", .object(fields.sorted { $0.key < $1.key }.map { ($0.key, $0.value.json) })))
    }
    return .object(members)
  }

  /// The value that decides the responses drawn to this problem: a model reads only its prompt.
  package var drawingIdentity: FieldValue { .string(prompt) }
}

/// The problems of every split, as the `problems` kind stores them.
package enum ProblemsArtifact {
  package static func path(ofSplit name: String) -> String { "splits/\(name).jsonl" }

  /// The name of the split that a file of the artifact holds; nil for another file.
  static func split(at path: String) -> String? {
    guard path.hasPrefix("splits/"), path.hasSuffix(".jsonl") else { return nil }
    return String(path.dropFirst("splits/".count).dropLast(".jsonl".count))
  }

  /// The file that summarises the splits.
  package static let summaryPath = "problems.json"
  static let balanceMember = "balance"

  /// The groups that training draws from evenly: for generated problems each difficulty and in it
  /// each family, for others those that their maker asks for, possibly none.
  package static func balance(of artifact: any ArtifactReader) throws -> [ProblemBalance] {
    guard artifact.files.contains(summaryPath) else { return [] }
    let bytes = try artifact.read(summaryPath)
    guard let summary = try? JSONText(parsing: bytes) else { return [] }
    guard let asked = summary[balanceMember] else {
      return summary["suite"] == nil ? [] : ProblemBalance.generated
    }
    return (asked.arrayValue ?? []).compactMap { $0.stringValue.flatMap(ProblemBalance.init) }
  }

  /// The problems of every split by its name, whatever format reads them.
  package static func splits(of artifact: any ArtifactReader) throws -> [String: [Problem]] {
    var splits: [String: [Problem]] = [:]
    for path in artifact.files {
      guard let name = split(at: path) else { continue }
      splits[name] = try JSONLines.decode(Problem.self, from: try artifact.read(path))
    }
    return splits
  }

  /// True if the name is allowed for a split. Split names become file names, so they are as plain
  /// as stage names.
  static func isSplitName(_ name: String) -> Bool {
    !name.isEmpty && name.count <= 64
      && name.allSatisfy { "abcdefghijklmnopqrstuvwxyz0123456789_-".contains($0) }
  }

  static func issue(ofSplitName name: String, at path: [String]) -> FieldIssue {
    FieldIssue(
      path, "'\(name)' is not a valid split name",
      help: "use lower-case letters, digits, '_' and '-'")
  }

  /// - Throws: `StageFailure` if the split does not exist, is empty, or has a row that is not a
  ///   valid problem for models.
  package static func read(
    split: String, from artifact: any ArtifactReader, for format: any ResponseFormat
  ) throws -> [Problem] {
    let path = path(ofSplit: split)
    guard artifact.files.contains(path) else {
      throw StageFailure("the problems have no split '\(split)'")
    }
    let rows = try artifact.read(path).lines
    guard !rows.isEmpty else { throw StageFailure("split '\(split)' has no problems") }
    let decoder = JSONDecoder()
    return try rows.enumerated().map { index, row in
      do {
        let problem = try decoder.decode(Problem.self, from: row)
        _ = try format.encode(problem.prompt)
        _ = try AnswerVerifiers.of(problem)
        return problem
      } catch {
        let reason = (error as? ProblemError).map { "\($0)" } ?? "not a valid problem record"
        throw StageFailure("row \(index + 1) of split '\(split)': \(reason)")
      }
    }
  }
}
