package import Fields
import Foundation
import ModelCore
package import PipelineCore
package import Reasoning

/// A stored response: everything that tables and training need to know of it.
package struct ResponseRecord: Decodable, Sendable {
  package var split: String
  package var problem: Problem
  /// Which of the problem's responses this is, from 0.
  package var sample: Int
  package var tokens: [Int32]
  /// Of each token, under the sampling temperature.
  package var logProbabilities: [Float]
  package var thinkingTokenCount: Int
  /// Tokens between `</t>` and `<eos>`; 0 when unfinished.
  package var answerTokenCount: Int
  /// The response's length: thinking, `</t>`, answer and `<eos>`.
  package var tokenCount: Int
  package var stop: String
  package var isFinished: Bool
  package var answer: String
  package var isCorrect: Bool

  enum CodingKeys: String, CodingKey {
    case split, problem, sample, tokens
    case logProbabilities = "log_probabilities"
    case thinkingTokenCount = "thinking_tokens"
    case answerTokenCount = "answer_tokens"
    case tokenCount = "length"
    case stop
    case isFinished = "finished"
    case answer
    case isCorrect = "correct"
  }

  package init(_ rollout: Rollout, split: String) {
    self.split = split
    problem = rollout.problem
    sample = rollout.sample
    tokens = rollout.response.tokens
    logProbabilities = rollout.response.logProbabilities
    thinkingTokenCount = rollout.graded.thinkingTokens
    answerTokenCount =
      rollout.graded.isFinished
      ? rollout.graded.tokenCount - rollout.graded.thinkingTokens - 2 : 0
    tokenCount = rollout.graded.tokenCount
    stop = rollout.response.stop.rawValue
    isFinished = rollout.graded.isFinished
    answer = rollout.parsed.answer
    isCorrect = rollout.graded.isCorrect
  }

  package var json: JSONText {
    .object([
      (CodingKeys.split.rawValue, .string(split)),
      (CodingKeys.problem.rawValue, problem.json),
      (CodingKeys.sample.rawValue, .int(sample)),
      (CodingKeys.tokens.rawValue, .array(tokens.map { .int(Int($0)) })),
      (CodingKeys.logProbabilities.rawValue, .array(logProbabilities.map { .float($0) })),
      (CodingKeys.thinkingTokenCount.rawValue, .int(thinkingTokenCount)),
      (CodingKeys.answerTokenCount.rawValue, .int(answerTokenCount)),
      (CodingKeys.tokenCount.rawValue, .int(tokenCount)),
      (CodingKeys.stop.rawValue, .string(stop)),
      (CodingKeys.isFinished.rawValue, .bool(isFinished)),
      (CodingKeys.answer.rawValue, .string(answer)),
      (CodingKeys.isCorrect.rawValue, .bool(isCorrect)),
    ])
  }

  /// The answer, if the response got as far as giving one.
  package var sampledAnswer: String? { isFinished ? answer : nil }

  package var graded: GradedResponse {
    GradedResponse(
      tokenCount: tokenCount, thinkingTokens: thinkingTokenCount, isCorrect: isCorrect,
      isFinished: isFinished)
  }
}

/// The responses of `sample` and `eval`.
package enum ResponsesArtifact {
  package static let path = "responses.jsonl"

  package static func write(
    _ records: [ResponseRecord], to folder: any FolderWriter
  ) throws {
    try folder.write(JSONLines.encode(records.map(\.json)), to: path)
  }

  package static func read(_ artifact: any ArtifactReader) throws -> [ResponseRecord] {
    try JSONLines.decode(ResponseRecord.self, from: try artifact.read(path))
  }
}

extension ResponseExamples {
  /// Learns whole responses. Only correct ones are imitated.
  /// - Throws: `StageFailure` when no response is correct.
  package init(_ records: [ResponseRecord], seed: UInt64, count: Int) throws {
    let correct = records.filter(\.isCorrect)
    guard !correct.isEmpty else {
      throw StageFailure(
        "none of the \(records.count) responses is correct, so none can be learned")
    }
    self.init(
      try correct.map { try .response($0.tokens, to: $0.problem) }, seed: seed, count: count)
  }
}
