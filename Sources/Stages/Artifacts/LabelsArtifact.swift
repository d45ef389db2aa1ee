package import Fields
import Foundation
package import PipelineCore
package import Reasoning

/// Statistics of a frozen policy's responses to one problem.
package struct LabelRecord: Decodable, Sendable, Hashable {
  package var problem: Problem
  /// The length of each response.
  package var lengths: [Int]
  package var isCorrect: [Bool]
  /// b_max, the length of the shortest correct response. Absent if no response is correct, which
  /// means no bound (Li et al. 2025, SelfBudgeter, arXiv 2505.11274, eq. 5).
  package var maxBudget: Int?
  /// The fraction of correct responses.
  package var referenceAccuracy: Double

  enum CodingKeys: String, CodingKey {
    case problem, lengths
    case isCorrect = "correct"
    case maxBudget = "b_max"
    case referenceAccuracy = "reference_accuracy"
  }

  /// - Precondition: there is at least one response, and all are to one problem.
  package init(_ responses: [ResponseRecord]) {
    problem = responses[0].problem
    lengths = responses.map(\.tokenCount)
    isCorrect = responses.map(\.isCorrect)
    maxBudget = responses.filter(\.isCorrect).shortest?.tokenCount
    referenceAccuracy = Double(isCorrect.count { $0 }) / Double(isCorrect.count)
  }

  package var json: JSONText {
    .object([
      (CodingKeys.problem.rawValue, problem.json),
      (CodingKeys.lengths.rawValue, .array(lengths.map { .int($0) })),
      (CodingKeys.isCorrect.rawValue, .array(isCorrect.map { .bool($0) })),
      (CodingKeys.maxBudget.rawValue, .optional(maxBudget)),
      (CodingKeys.referenceAccuracy.rawValue, .double(referenceAccuracy)),
    ])
  }

  /// The numbers that rewards may read from the problem, by name.
  package var fields: [String: Double] {
    var fields = [CodingKeys.referenceAccuracy.rawValue: referenceAccuracy]
    if let maxBudget { fields[CodingKeys.maxBudget.rawValue] = Double(maxBudget) }
    return fields
  }
}

/// The labels of a split's problems, stored beside the responses they were computed from.
package enum LabelsArtifact {
  package static let path = "labels.jsonl"

  package static func write(_ labels: [LabelRecord], to folder: any FolderWriter) throws {
    try folder.write(JSONLines.encode(labels.map(\.json)), to: path)
  }

  package static func read(_ artifact: any ArtifactReader) throws -> [LabelRecord] {
    try JSONLines.decode(LabelRecord.self, from: try artifact.read(path))
  }

  /// The problems with their labels added to their fields.
  /// - Throws: `StageFailure` if a problem has no label.
  package static func label(
    _ problems: [Problem], by artifact: any ArtifactReader
  ) throws -> [Problem] {
    var labels: [ExactText: LabelRecord] = [:]
    for label in try read(artifact) { labels[ExactText(label.problem.prompt)] = label }
    return try problems.map { problem in
      guard let label = labels[ExactText(problem.prompt)] else {
        throw StageFailure("the labels do not contain the problem '\(problem.prompt)'")
      }
      var problem = problem
      problem.fields = (problem.fields ?? [:]).merging(label.fields.mapValues { .double($0) }) {
        $1
      }
      return problem
    }
  }
}
