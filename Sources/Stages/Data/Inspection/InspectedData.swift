package import Fields
import Foundation
import PipelineCore
import Reasoning

/// A data stage and what its files hold.
package struct InspectedData {
  /// The stage, or one point of it.
  package let address: String
  /// The format of the lines, by name.
  package let lineFormat: String
  /// The response format whose tokens are counted, by name.
  package let responseFormat: String
  package let verifier: String
  package let splits: [InspectedSplit]
  /// The splits whose files another stage makes, so that they cannot be read yet.
  package let unread: [String]
  let problems: [InspectedProblems]

  /// - Parameter isMeasured: true if texts are counted in tokens, which takes a while.
  init(
    address: String, rules: DataRules, problems: [InspectedProblems], unread: [String],
    isMeasured: Bool
  ) {
    self.address = address
    self.problems = problems
    self.unread = unread
    lineFormat = rules.lines.name
    responseFormat = rules.format.name
    verifier = rules.configuration.verifier
    splits = problems.map { InspectedSplit($0, isMeasured: isMeasured) }
  }

  package var json: JSONText {
    .object([
      ("stage", .string(address)), ("format", .string(lineFormat)),
      ("response_format", .string(responseFormat)), ("verifier", .string(verifier)),
      ("splits", .object(splits.map { ($0.name, $0.json) })),
      ("unread", .array(unread.map { .string($0) })),
    ])
  }
}

/// The figures of a split.
package struct InspectedSplit {
  package let name: String
  package let files: [String]
  /// The number of problems, and of those that `limit` left out.
  package let count: Int
  package let leftOut: Int
  /// The number of prompts that occur again in the same split, and in another one.
  package let repeats: Int
  package let shared: Int
  /// Lengths, each with the name of what is counted.
  package let lengths: [(name: String, summary: LengthSummary)]
  /// The unit of the lengths: `tokens`, or `characters` of texts that no model has to read.
  package let unit: String

  init(_ inspected: InspectedProblems, isMeasured: Bool) {
    let (split, rules) = (inspected.split, inspected.rules)
    let format = rules.format
    name = split.name
    files = inspected.files
    count = split.problems.count
    leftOut = split.total - count
    repeats = split.repeats
    shared = split.shared
    let isRead = rules.configuration.vocabulary != .any
    unit = isRead ? "tokens" : "characters"
    guard isMeasured else {
      lengths = []
      return
    }
    let problems = split.problems
    let counts: [(String, [Int])] =
      isRead
      ? [
        ("prompt", problems.map { format.tokenCount(of: $0.prompt) }),
        (
          "whole prompt",
          problems.compactMap { try? format.prompt(of: $0, header: .none).count }
        ),
        (
          "response",
          problems.compactMap { problem in
            problem.response.flatMap { text in
              try? format.response(format.trace(ofResponse: text, answer: problem.answer)).count
            }
          }
        ),
      ]
      : [
        ("prompt", problems.map(\.prompt.unicodeScalars.count)),
        ("response", problems.compactMap { $0.response?.unicodeScalars.count }),
      ]
    lengths = counts.compactMap { name, lengths in LengthSummary(lengths).map { (name, $0) } }
  }

  var json: JSONText {
    .object([
      ("file", .string(files.first ?? "")), ("files", .array(files.map { .string($0) })),
      ("problems", .int(count)), ("left_out", .int(leftOut)),
      ("repeats", .int(repeats)), ("shared", .int(shared)),
      (
        unit,
        .object(
          lengths.map { ($0.name.replacing(" ", with: "_"), $0.summary.json) })
      ),
    ])
  }
}

/// The spread of lengths: each figure is one of them, the nearest rank from below.
package struct LengthSummary: Equatable {
  package let min: Int
  package let median: Int
  package let p95: Int
  package let max: Int

  /// - Returns: nil without lengths.
  init?(_ lengths: [Int]) {
    guard !lengths.isEmpty else { return nil }
    let sorted = lengths.sorted()
    /// The smallest length that this percentage of all do not exceed.
    func percentile(_ percent: Int) -> Int { sorted[(percent * sorted.count + 99) / 100 - 1] }
    (min, median, p95, max) = (sorted[0], percentile(50), percentile(95), sorted[sorted.count - 1])
  }

  var json: JSONText {
    .object([
      ("min", .int(min)), ("median", .int(median)), ("p95", .int(p95)), ("max", .int(max)),
    ])
  }
}
