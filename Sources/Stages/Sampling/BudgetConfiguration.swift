package import Fields
import ModelCore
package import Reasoning

/// Settings that hold a response to a budget: the fields that `sample` and `eval` share, in
/// addition to `sampling`.
package struct BudgetConfiguration: FieldGroup {
  package var cuts = CutBudgets()
  package var answer = AnswerBudget()
  package var prefilledBudgets: [Int] = []
  package var budgetHeader: HeaderChoice?

  package init() {}

  package static let meaning = "How responses are held to budgets"

  /// `budget_prior` decides something else in each stage, which says so by `fields(in:meanings:)`.
  package static var fields: [Field<BudgetConfiguration>] {
    CutBudgets.fields(
      in: \.cuts,
      meanings: [
        "budgets": "Cut the thinking at these lengths, ascending, and have each part answered"
      ]) + AnswerBudget.fields(in: \.answer) + [
        .ints(
          "prefilled_budgets", \.prefilledBudgets, each: 1...65_536, count: 0...64, unit: .tokens,
          "Respond once under each of these budgets, ascending, given before the thinking",
          .semantic),
        .choice(
          "budget_header", \.budgetHeader, "The writer of the budget before the thinking",
          .semantic),
      ]
  }

  /// The way in which responses are held to a budget; a stage uses exactly one.
  package enum Mode: Sendable, Hashable {
    case none
    /// Thoughts are cut at `budgets`.
    case cuts
    case thinkAndAnswer(thinkingBudget: Int)
    case prefilled
    case stated
  }

  /// The fields that each select a mode, of those that are written.
  private var ways: [(field: String, mode: Mode)] {
    var ways: [(field: String, mode: Mode)] = []
    if !cuts.budgets.isEmpty { ways.append(("budgets", .cuts)) }
    if let budget = answer.thinkingBudget {
      ways.append(("thinking_budget", .thinkAndAnswer(thinkingBudget: budget)))
    }
    if !prefilledBudgets.isEmpty { ways.append(("prefilled_budgets", .prefilled)) }
    if budgetHeader == .stated { ways.append(("budget_header", .stated)) }
    return ways
  }

  package var mode: Mode { ways.first?.mode ?? .none }

  /// The maximum number of tokens after the end of thinking, if thinking has its own budget.
  package func answerBudget(for sampling: SamplingConfiguration) -> Int {
    answer.answer(
      after: largestThinkingBudget, maxNewTokens: sampling.maxNewTokens, in: sampling.format)
  }

  /// The thinking budgets with their weights, by default uniform; nil if thoughts are not cut.
  /// - Throws: `BudgetError` if the fields were not validated.
  package var plan: BudgetPlan? {
    get throws { mode == .cuts ? try cuts.plan : nil }
  }

  /// The shape of the longest sequence.
  func shape(for sampling: SamplingConfiguration) -> ResponseShape {
    switch mode {
    case .none: .whole(after: .none)
    case .stated: .whole(after: .stated)
    case .prefilled: .whole(after: sampling.format.longestHeader)
    case .cuts, .thinkAndAnswer:
      .cut(thinkingBudget: largestThinkingBudget, answerBudget: answerBudget(for: sampling))
    }
  }

  private var largestThinkingBudget: Int { answer.thinkingBudget ?? cuts.budgets.last ?? 0 }

  /// The number of records that each sample becomes.
  package func recordsPerSample(drawnByPrior: Bool) -> Int {
    switch mode {
    case .none, .thinkAndAnswer, .stated: 1
    case .cuts: cuts.numSummaries * (drawnByPrior ? 1 : cuts.budgets.count)
    case .prefilled: prefilledBudgets.count
    }
  }
}

/// The author of a budget's header.
package enum HeaderChoice: String, FieldChoice {
  case stated

  package var meaning: String {
    "the model: its response begins with the budget, after a given opening"
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
        "budgets": list(cuts.budgets), "num_summaries": .int(cuts.numSummaries),
        "answer_budget": .int(answerBudget(for: sampling)),
      ]
      if drawsBudget, let prior = cuts.prior {
        settings["budget_prior"] = .string(prior.rawValue)
        settings["budget_weights"] = .list(cuts.weights.map { .float($0) })
      }
      return .map(settings)
    }
  }
}

// MARK: Rules

extension BudgetConfiguration {
  /// Mistakes in combinations of the fields, and in combination with `sampling`.
  package func issues(with sampling: SamplingConfiguration) -> [FieldIssue] {
    cuts.issues() + wayIssues
      + sampling.format.headerIssues(prefilledBudgets, at: "prefilled_budgets")
      + lengthIssues(sampling) + samplingIssues(sampling)
  }

  /// Issues if several modes are set, or a field of another mode, which has no effect.
  private var wayIssues: [FieldIssue] {
    let ways = ways.map(\.field)
    var issues = ways.dropFirst().map { way in
      FieldIssue(
        [way], "'\(ways[0])' cannot be combined with '\(way)'",
        help: "keep one of them, or make a stage for each")
    }
    if cuts.numSummaries > 1, cuts.budgets.isEmpty {
      issues.append(
        FieldIssue(["num_summaries"], "num_summaries has no effect without 'budgets'"))
    }
    if answer.answerBudget != nil, cuts.budgets.isEmpty, answer.thinkingBudget == nil {
      issues.append(
        FieldIssue(
          ["answer_budget"], "answer_budget has no effect without 'budgets' or 'thinking_budget'"))
    }
    return issues + FieldIssue.unlessAscending(prefilledBudgets, at: "prefilled_budgets")
  }

  private func lengthIssues(_ sampling: SamplingConfiguration) -> [FieldIssue] {
    answer.lengthIssues(
      thinking: largestThinkingBudget,
      field: answer.thinkingBudget == nil ? "budgets" : "thinking_budget",
      maxNewTokens: sampling.maxNewTokens, in: sampling.format)
  }

  private func samplingIssues(_ sampling: SamplingConfiguration) -> [FieldIssue] {
    var issues: [FieldIssue] = []
    if sampling.temperature == 0, cuts.numSummaries > 1 {
      issues.append(
        FieldIssue(
          ["num_summaries"], "at temperature 0 all \(cuts.numSummaries) summaries are the same",
          help: "set num_summaries to 1, or a temperature above 0"))
    }
    if !sampling.prefix.isEmpty, mode != .none, mode != .prefilled {
      issues.append(
        FieldIssue(
          ["sampling", "prefix"], "'prefix' cannot be combined with a budget of the thinking",
          help: "leave one of them out"))
    }
    if largestThinkingBudget > 0, let end = sampling.format.endOfThinking.token,
      sampling.settings.bannedTokens.contains(end)
    {
      let mark = sampling.format.thinkingMark
      issues.append(
        FieldIssue(
          ["sampling", "banned_tokens"],
          "a thinking budget ends in '\(mark)', which is banned",
          help: "leave '\(mark)' out of banned_tokens"))
    }
    return issues
  }
}
