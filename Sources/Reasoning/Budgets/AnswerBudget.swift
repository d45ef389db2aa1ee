package import Fields

/// The fields of a response whose thinking and answer have budgets of their own. Rollouts and the
/// stages that sample share them.
package struct AnswerBudget: FieldGroup, Hashable {
  package var thinkingBudget: Int?
  package var answerBudget: Int?

  package init() {}

  package static let meaning = "The lengths of thinking and answer"
  package static var fields: [Field<AnswerBudget>] {
    [
      .int(
        "thinking_budget", \.thinkingBudget, 1...65_536, unit: .tokens,
        "Most tokens of thinking; its end is put after them where the model goes on", .semantic),
      .int(
        "answer_budget", \.answerBudget, 1...65_536, unit: .tokens,
        "Most tokens after the end of thinking; absent for what max_new_tokens leaves", .semantic),
    ]
  }

  /// The names of the fields that are set.
  package var written: [String] {
    [("thinking_budget", thinkingBudget), ("answer_budget", answerBudget)]
      .filter { $0.1 != nil }.map(\.0)
  }

  /// Returns the most tokens of an answer, at least 1; the format's bridge stands between thinking
  /// and answer.
  /// - Parameter thinking: the most tokens of thinking.
  package func answer(
    after thinking: Int, maxNewTokens: Int, in format: any ResponseFormat
  ) -> Int {
    answerBudget ?? max(1, maxNewTokens - thinking - format.bridge.count)
  }

  /// Issues if thinking and answer together do not fit into a response.
  /// - Parameter field: the one that sets the tokens of thinking.
  package func lengthIssues(
    thinking: Int, field: String, maxNewTokens: Int, in format: any ResponseFormat
  ) -> [FieldIssue] {
    let needed = thinking + format.bridge.count + (answerBudget ?? 1)
    guard thinking > 0, needed > maxNewTokens else { return [] }
    let answer = answerBudget.map { "an answer of \($0)" } ?? "an answer"
    return [
      FieldIssue(
        [answerBudget == nil ? field : "answer_budget"],
        "thinking of \(thinking) tokens, '\(format.bridgeText)' and \(answer) are more than "
          + "max_new_tokens, \(maxNewTokens)",
        help: "raise sampling.max_new_tokens, or lower the budget")
    ]
  }
}
