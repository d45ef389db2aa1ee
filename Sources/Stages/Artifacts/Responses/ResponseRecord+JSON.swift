package import Fields

extension ResponseRecord {
  /// The members of a line in `responses.jsonl`, in the order in which they are written.
  enum CodingKeys: String, CodingKey, CaseIterable {
    case split, problem, sample, tokens
    case logProbabilities = "log_probabilities"
    case thinkingTokenCount = "thinking_tokens"
    case answerTokenCount = "answer_tokens"
    // `length` is the word of papers and rewards for L; in code a length may also be in characters.
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
    case .thinkingTokenCount: .int(thinkingTokenCount)
    case .answerTokenCount: .int(answerTokenCount)
    case .tokenCount: .int(tokenCount)
    case .stop: .string(stop)
    case .isFinished: .bool(isFinished)
    case .answer: .string(answer)
    case .isCorrect: .bool(isCorrect)
    case .budget: budget.map { .int($0) }
    case .budgetUse: budgetUse.map { .string($0.rawValue) }
    case .statedBudget: statedBudget.map { .int($0) }
    case .summary: summary.map { .int($0) }
    case .forced: forced.map { .array($0.map { .int($0) }) }
    case .text: text.map { .string($0) }
    }
  }
}
