package import Fields
import Reasoning

extension ResponseRecord {
  /// The members of a line in `responses.jsonl`, in the order in which they are written.
  enum CodingKeys: String, CodingKey, CaseIterable {
    case split, problem, sample, tokens
    case logProbabilities = "log_probabilities"
    case promptTokenCount = "prompt_tokens"
    case thinkingTokenCount = "thinking_tokens"
    case answerTokenCount = "answer_tokens"
    // `length` is the word of papers and rewards for L; in code a length may also be in characters.
    case tokenCount = "length"
    case stop
    case cutBy = "cut_by"
    case isFinished = "finished"
    case answer
    case isCorrect = "correct"
    /// Present, and true, only for a verdict of `unreadable`.
    case isUnreadable = "unreadable"
    case budget
    case budgetUse = "budget_use"
    case statedBudget = "stated_budget"
    case thoughtCount = "thoughts"
    case summary, forced, text
    case note = "server"
  }

  package var json: JSONText {
    .object(CodingKeys.allCases.compactMap { key in member(key).map { (key.rawValue, $0) } })
  }

  /// One member's value; nil if the record has none, which leaves the member out.
  private func member(_ key: CodingKeys) -> JSONText? {
    switch key {
    case .split: .string(split)
    case .problem: problem.json
    case .sample: .int(sample)
    case .tokens: .array(tokens.map { .int(Int($0)) })
    case .logProbabilities: .array(logProbabilities.map { .float($0) })
    case .promptTokenCount: promptTokenCount.map { .int($0) }
    case .thinkingTokenCount: thinkingPart(thinkingTokenCount)
    case .answerTokenCount: thinkingPart(answerTokenCount)
    case .tokenCount: hasLength ? .int(tokenCount) : .null
    case .stop: .string(stop)
    case .cutBy: cutBy.isEmpty ? nil : .array(cutBy.map { .string($0.rawValue) })
    case .isFinished: .bool(isFinished)
    case .answer: .string(answer)
    case .isCorrect: .bool(isCorrect)
    case .isUnreadable: verdict == .unreadable ? .bool(true) : nil
    case .budget: budget.map { .int($0) }
    case .budgetUse: budgetUse.map { .string($0.rawValue) }
    case .statedBudget: statedBudget.map { .int($0) }
    case .thoughtCount: thoughtCount.map { .int($0) }
    case .summary: summary.map { .int($0) }
    case .forced: forced.map { .array($0.map { .int($0) }) }
    case .text: text.map { .string($0) }
    case .note: note?.json
    }
  }

  /// The tokens of a part of the response; null if only those of the whole are known.
  private func thinkingPart(_ count: Int) -> JSONText? {
    guard hasLength else { return nil }
    return hasThinkingLength ? .int(count) : .null
  }
}
