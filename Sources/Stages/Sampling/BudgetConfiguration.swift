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

  package static let meaning = "The budgets that responses are held to"

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

  /// A field that selects a mode by being written.
  private struct Selector: Sendable {
    let field: String
    /// The other fields that have an effect in the mode.
    var modifiers: Set<String> = []
    /// Returns the mode; nil if the field is not written.
    let mode: @Sendable (BudgetConfiguration) -> Mode?
  }

  private static let selectors = [
    Selector(field: "budgets", modifiers: ["budget_prior", "num_summaries", "answer_budget"]) {
      $0.cuts.budgets.isEmpty ? nil : .cuts
    },
    Selector(field: "thinking_budget", modifiers: ["answer_budget"]) {
      $0.answer.thinkingBudget.map { .thinkAndAnswer(thinkingBudget: $0) }
    },
    Selector(field: "prefilled_budgets") { $0.prefilledBudgets.isEmpty ? nil : .prefilled },
    Selector(field: "budget_header") { $0.budgetHeader == .stated ? .stated : nil },
  ]

  package var mode: Mode { Self.selectors.lazy.compactMap { $0.mode(self) }.first ?? .none }

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
    cuts.issues() + modeIssues
      + sampling.format.headerIssues(prefilledBudgets, at: "prefilled_budgets")
      + lengthIssues(sampling) + samplingIssues(sampling)
  }

  /// Issues if several modes are selected, or a field of another mode is set, which has no effect.
  private var modeIssues: [FieldIssue] {
    let selected = Self.selectors.filter { $0.mode(self) != nil }
    let conflicts = selected.dropFirst().map { other in
      FieldIssue(
        [other.field], "'\(selected[0].field)' cannot be combined with '\(other.field)'",
        help: "keep one of them, or make a stage for each")
    }
    let idle = (cuts.written + answer.written).compactMap { field -> FieldIssue? in
      let users = Self.selectors.filter { $0.modifiers.contains(field) }
      guard !users.isEmpty, !users.contains(where: { $0.mode(self) != nil }) else { return nil }
      let needed = users.map { "'\($0.field)'" }.joined(separator: " or ")
      return FieldIssue([field], "\(field) has no effect without \(needed)")
    }
    return conflicts + idle + FieldIssue.unlessAscending(prefilledBudgets, at: "prefilled_budgets")
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
    if largestThinkingBudget > 0, let end = sampling.format.endOfThinking?.token,
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
