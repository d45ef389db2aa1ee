package import Fields
import Foundation
import ModelCore
package import PipelineCore
package import Reasoning

/// A stored response, with everything that tables and training need.
package struct ResponseRecord: Decodable, Sendable {
  package var split: String
  package var problem: Problem
  /// The index of this response among the problem's responses, from 0.
  package var sample: Int
  /// The tokens; empty if the user's own program gives `text` instead.
  package var tokens: [Int32]
  /// The log-probability of each token under the sampling temperature.
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
  /// The budget of the response: a limit on its thinking, or a number announced to the model.
  /// Absent if the response has none.
  package var budget: Int?
  /// The role of the budget; absent for a response without one.
  package var budgetUse: BudgetUse?
  /// The budget that the model stated, if it was asked to and a number can be read.
  package var statedBudget: Int?
  /// The index of this summary among those of one cut of a thought, from 0; absent if thoughts are
  /// not cut.
  package var summary: Int?
  /// The positions in `tokens` that a budget forced, so that the model did not sample them; absent
  /// if none.
  package var forced: [Int]?
  /// The response as text, given by a program; nil if `tokens` are of our own vocabulary.
  package var text: String?

  /// The role of a response's budget.
  package enum BudgetUse: String, Codable, Sendable, CaseIterable {
    /// A limit on the tokens of thinking.
    case thinking
    /// A number given to the model as `<b>NNN</b>`.
    case prefilled
    /// A number stated by the model.
    case stated
  }

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
    case budget
    case budgetUse = "budget_use"
    case statedBudget = "stated_budget"
    case summary, forced, text
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
    statedBudget = rollout.parsed.statedBudget
    forced = rollout.forced.isEmpty ? nil : rollout.forced
  }

  package init(from decoder: any Swift.Decoder) throws {
    let members = try decoder.container(keyedBy: CodingKeys.self)
    split = try members.decode(String.self, forKey: .split)
    problem = try members.decode(Problem.self, forKey: .problem)
    sample = try members.decode(Int.self, forKey: .sample)
    let isWhole = decoder.userInfo[.skipsTokens] == nil
    tokens = isWhole ? try members.decodeIfPresent([Int32].self, forKey: .tokens) ?? [] : []
    logProbabilities =
      isWhole ? try members.decodeIfPresent([Float].self, forKey: .logProbabilities) ?? [] : []
    // Programs may leave out members that follow from the others.
    tokenCount =
      try members.decodeIfPresent(Int.self, forKey: .tokenCount)
      ?? members.decode([Int32].self, forKey: .tokens).count
    answerTokenCount = try members.decodeIfPresent(Int.self, forKey: .answerTokenCount) ?? 0
    thinkingTokenCount =
      try members.decodeIfPresent(Int.self, forKey: .thinkingTokenCount)
      ?? tokenCount - answerTokenCount
    isFinished = try members.decode(Bool.self, forKey: .isFinished)
    stop =
      try members.decodeIfPresent(String.self, forKey: .stop)
      ?? (isFinished ? StopReason.stopToken : .length).rawValue
    answer = try members.decode(String.self, forKey: .answer)
    isCorrect = try members.decode(Bool.self, forKey: .isCorrect)
    budget = try members.decodeIfPresent(Int.self, forKey: .budget)
    budgetUse = try members.decodeIfPresent(BudgetUse.self, forKey: .budgetUse)
    statedBudget = try members.decodeIfPresent(Int.self, forKey: .statedBudget)
    summary = try members.decodeIfPresent(Int.self, forKey: .summary)
    forced = isWhole ? try members.decodeIfPresent([Int].self, forKey: .forced) : nil
    text = isWhole ? try members.decodeIfPresent(String.self, forKey: .text) : nil
  }

  package var json: JSONText {
    var members: [(String, JSONText)] = [
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
    ]
    if let budget { members.append((CodingKeys.budget.rawValue, .int(budget))) }
    if let budgetUse {
      members.append((CodingKeys.budgetUse.rawValue, .string(budgetUse.rawValue)))
    }
    if let statedBudget { members.append((CodingKeys.statedBudget.rawValue, .int(statedBudget))) }
    if let summary { members.append((CodingKeys.summary.rawValue, .int(summary))) }
    if let forced {
      members.append((CodingKeys.forced.rawValue, .array(forced.map { .int($0) })))
    }
    if let text { members.append((CodingKeys.text.rawValue, .string(text))) }
    return .object(members)
  }

  package func with(split: String) -> ResponseRecord {
    var record = self
    record.split = split
    return record
  }

  /// The answer; nil if the response ended before one was given.
  package var sampledAnswer: String? { isFinished ? answer : nil }

  package var graded: GradedResponse {
    GradedResponse(
      tokenCount: tokenCount, thinkingTokens: thinkingTokenCount, isCorrect: isCorrect,
      isFinished: isFinished, statedBudget: statedBudget)
  }

  /// The budget that the response length should follow: stated by the model, or given to it. Nil if
  /// the number is 0, which means no budget.
  package var announcedBudget: Int? {
    (budgetUse == .prefilled ? budget : statedBudget).flatMap { $0 > 0 ? $0 : nil }
  }

  /// The budget header that the response was generated after.
  package var header: ResponseHeader {
    switch budgetUse {
    case .prefilled: .given(budget ?? 0)
    case .stated: .stated
    case .thinking, nil: .none
    }
  }
}

/// Stores the responses of `sample`, `eval` and `label`.
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

  /// The complete records at some positions.
  package static func read(
    _ artifact: any ArtifactReader, at places: [Int]
  ) throws -> [ResponseRecord] {
    let lines = try artifact.read(path).lines
    return try places.flatMap { try JSONLines.decode(ResponseRecord.self, from: lines[$0]) }
  }

  /// The records without their tokens and the values per token, for metrics of many evaluations at
  /// once. Tokens take most of the time to decode and most of the memory.
  package static func readFigures(_ artifact: any ArtifactReader) throws -> [ResponseRecord] {
    let decoder = JSONDecoder()
    decoder.userInfo = [.skipsTokens: true]
    return try JSONLines.decode(
      ResponseRecord.self, from: try artifact.read(path), by: decoder)
  }
}

extension CodingUserInfoKey {
  /// The key that is set while responses are decoded without their tokens.
  fileprivate static let skipsTokens = CodingUserInfoKey(rawValue: "skipsTokens")!
}
