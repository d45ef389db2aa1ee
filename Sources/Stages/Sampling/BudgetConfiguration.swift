package import Fields
import ModelCore
package import Reasoning

/// Settings that hold a response to a budget: the fields that `sample` and `eval` share, in
/// addition to `sampling`.
package struct BudgetConfiguration: Sendable {
  package var budgets: [Int] = []
  package var budgetPrior: BudgetPriorType?
  package var budgetWeights: [Double] = []
  package var numSummaries = 1
  package var thinkingBudget: Int?
  package var answerBudget: Int?
  package var prefilledBudgets: [Int] = []
  package var budgetHeader: HeaderChoice?

  package init() {}

  /// The way in which responses are held to a budget; a stage uses exactly one.
  package enum Mode: Sendable, Hashable {
    case none
    /// Thoughts are cut at `budgets`.
    case cuts
    case thinkAndAnswer(thinkingBudget: Int)
    case prefilled
    case stated
  }

  package var mode: Mode {
    if !budgets.isEmpty { return .cuts }
    if let thinkingBudget { return .thinkAndAnswer(thinkingBudget: thinkingBudget) }
    if !prefilledBudgets.isEmpty { return .prefilled }
    return budgetHeader == .stated ? .stated : .none
  }

  /// The fields, for a group that holds this configuration at `path`.
  /// - Parameter prior: the description of what `budget_prior` decides in that group.
  package static func fields<Root: FieldGroup>(
    at path: WritableKeyPath<Root, BudgetConfiguration>, prior: String
  ) -> [Field<Root>] {
    [
      .ints(
        "budgets", path.appending(path: \.budgets), each: 1...65_536, count: 0...64, unit: .tokens,
        "Cut the thinking at these lengths, ascending, and have each part answered", .semantic),
      .choice(
        "budget_prior", path.appending(path: \.budgetPrior), prior, .semantic),
      .floats(
        "budget_weights", path.appending(path: \.budgetWeights), each: .nonNegative,
        count: 0...64, "The weight of every budget, for 'budget_prior: explicit'", .semantic),
      .int(
        "num_summaries", path.appending(path: \.numSummaries), 1...1024, unit: .completions,
        "Answers to each part of the thinking", .semantic),
      .int(
        "thinking_budget", path.appending(path: \.thinkingBudget), 1...65_536, unit: .tokens,
        "Most tokens of thinking; '</t>' is put after them where the model goes on", .semantic),
      .int(
        "answer_budget", path.appending(path: \.answerBudget), 1...65_536, unit: .tokens,
        "Most tokens after '</t>'; absent for what max_new_tokens leaves", .semantic),
      .ints(
        "prefilled_budgets", path.appending(path: \.prefilledBudgets),
        each: 1...BudgetHeader.largest, count: 0...64, unit: .tokens,
        "Respond once under each of these budgets, ascending, given as '<b>NNN</b>'", .semantic),
      .choice(
        "budget_header", path.appending(path: \.budgetHeader),
        "Who writes the budget that stands before the thinking", .semantic),
    ]
  }

  /// The maximum number of tokens after `</t>`, if thinking has its own budget.
  package func answerBudget(for sampling: SamplingConfiguration) -> Int {
    answerBudget ?? sampling.maxNewTokens - largestThinkingBudget - 1
  }

  /// The thinking budgets with their weights, by default uniform; nil if thoughts are not cut.
  /// - Throws: `BudgetError` if the fields were not validated.
  package var plan: BudgetPlan? {
    get throws {
      guard mode == .cuts else { return nil }
      let prior = (budgetPrior ?? .uniform).prior(budgetWeights)
      return BudgetPlan(
        budgets: budgets, weights: try prior.weights(for: budgets),
        summariesPerBudget: numSummaries)
    }
  }

  /// The most tokens that stand after a problem's prompt: what is given before a response, and the
  /// response.
  package func longestSequence(for sampling: SamplingConfiguration) -> Int {
    switch mode {
    case .none: ResponseHeader.none.longestSequence(response: sampling.maxNewTokens)
    case .stated: ResponseHeader.stated.longestSequence(response: sampling.maxNewTokens)
    case .prefilled:
      ResponseHeader.given(BudgetHeader.largest).longestSequence(response: sampling.maxNewTokens)
    case .cuts, .thinkAndAnswer:
      ResponseHeader.none.longestSequence(
        thinkingBudget: largestThinkingBudget, answerBudget: max(1, answerBudget(for: sampling)))
    }
  }

  private var largestThinkingBudget: Int { thinkingBudget ?? budgets.last ?? 0 }

  /// The number of records that each sample becomes.
  package func recordsPerSample(drawnByPrior: Bool) -> Int {
    switch mode {
    case .none, .thinkAndAnswer, .stated: 1
    case .cuts: numSummaries * (drawnByPrior ? 1 : budgets.count)
    case .prefilled: prefilledBudgets.count
    }
  }
}

/// The author of a budget's header.
package enum HeaderChoice: String, FieldChoice {
  case stated

  package var meaning: String {
    "the model: its response begins after a given '<b>' with 'NNN</b><t>'"
  }
}

extension BudgetConfiguration {
  /// The settings besides `sampling` that decide the bits of responses, with the names of the
  /// fields; part of the key of response cells.
  package func cellSettings(_ sampling: SamplingConfiguration, drawsBudget: Bool) -> FieldValue {
    func list(_ budgets: [Int]) -> FieldValue { .list(budgets.map { .int($0) }) }
    switch mode {
    case .none: return .absent
    case .stated: return .map(["budget_header": .string(HeaderChoice.stated.rawValue)])
    case .prefilled: return .map(["prefilled_budgets": list(prefilledBudgets)])
    case .thinkAndAnswer(let budget):
      return .map([
        "thinking_budget": .int(budget), "answer_budget": .int(answerBudget(for: sampling)),
      ])
    case .cuts:
      var settings: [String: FieldValue] = [
        "budgets": list(budgets), "num_summaries": .int(numSummaries),
        "answer_budget": .int(answerBudget(for: sampling)),
      ]
      if drawsBudget, let budgetPrior {
        settings["budget_prior"] = .string(budgetPrior.rawValue)
        settings["budget_weights"] = .list(budgetWeights.map { .float($0) })
      }
      return .map(settings)
    }
  }
}

// MARK: Rules

extension BudgetConfiguration {
  /// Mistakes in combinations of the fields, and in combination with `sampling`.
  package func issues(with sampling: SamplingConfiguration) -> [FieldIssue] {
    BudgetPriorType.issues(budgets: budgets, prior: budgetPrior, weights: budgetWeights)
      + wayIssues + lengthIssues(sampling) + samplingIssues(sampling)
  }

  /// Issues if several modes are set, or a field of another mode, which has no effect.
  private var wayIssues: [FieldIssue] {
    let ways = [
      ("budgets", !budgets.isEmpty), ("thinking_budget", thinkingBudget != nil),
      ("prefilled_budgets", !prefilledBudgets.isEmpty), ("budget_header", budgetHeader != nil),
    ].filter(\.1).map(\.0)
    var issues = ways.dropFirst().map { way in
      FieldIssue(
        [way], "'\(ways[0])' and '\(way)' are two ways to budget a response",
        help: "keep one of them, or make a stage for each")
    }
    if numSummaries > 1, budgets.isEmpty {
      issues.append(
        FieldIssue(["num_summaries"], "num_summaries has no effect without 'budgets'"))
    }
    if answerBudget != nil, budgets.isEmpty, thinkingBudget == nil {
      issues.append(
        FieldIssue(
          ["answer_budget"], "answer_budget has no effect without 'budgets' or 'thinking_budget'"))
    }
    if zip(prefilledBudgets, prefilledBudgets.dropFirst()).contains(where: { $0 >= $1 }) {
      issues.append(FieldIssue(["prefilled_budgets"], "budgets must ascend, each once"))
    }
    return issues
  }

  private func lengthIssues(_ sampling: SamplingConfiguration) -> [FieldIssue] {
    guard largestThinkingBudget > 0 else { return [] }
    let name = thinkingBudget == nil ? "budgets" : "thinking_budget"
    let needed = largestThinkingBudget + 1 + (answerBudget ?? 1)
    guard needed > sampling.maxNewTokens else { return [] }
    let answer = answerBudget.map { "an answer of \($0)" } ?? "an answer"
    return [
      FieldIssue(
        [answerBudget == nil ? name : "answer_budget"],
        "thinking of \(largestThinkingBudget) tokens, '</t>' and \(answer) are more than "
          + "max_new_tokens, \(sampling.maxNewTokens)",
        help: "raise sampling.max_new_tokens, or lower the budget")
    ]
  }

  private func samplingIssues(_ sampling: SamplingConfiguration) -> [FieldIssue] {
    var issues: [FieldIssue] = []
    if sampling.temperature == 0, numSummaries > 1 {
      issues.append(
        FieldIssue(
          ["num_summaries"], "at temperature 0 all \(numSummaries) summaries are the same",
          help: "set num_summaries to 1, or a temperature above 0"))
    }
    if !sampling.prefix.isEmpty, mode != .none, mode != .prefilled {
      issues.append(
        FieldIssue(
          ["sampling", "prefix"], "a prefix cannot go with a response that is budgeted",
          help: "leave one of them out"))
    }
    if largestThinkingBudget > 0,
      sampling.settings.bannedTokens.contains(LadderVocabulary.endThinking)
    {
      issues.append(
        FieldIssue(
          ["sampling", "banned_tokens"],
          "a thinking budget ends in '</t>', which is banned",
          help: "leave '</t>' out of banned_tokens"))
    }
    return issues
  }
}
