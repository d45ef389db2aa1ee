package import Fields

/// The way a reinforcement learning stage samples responses to its prompts.
package struct RolloutConfiguration: FieldGroup {
  package var type = RolloutType.plain
  package var budgets: [Int] = []
  package var budgetPrior: BudgetPriorType?
  package var budgetWeights: [Double] = []
  package var numSummaries = 1
  package var maxSummariesPerStep: Int?
  package var thinkingBudget: Int?
  package var answerBudget: Int?
  package var budgetHeader: RolloutHeader?

  package init() {}

  package static let meaning = "How prompts are played"

  package static var fields: [Field<RolloutConfiguration>] {
    [
      .choice("type", \.type, "What an episode is", .semantic),
      .ints(
        "budgets", \.budgets, each: 1...65_536, count: 0...64, unit: .tokens,
        "With budget_cuts: where thinking is cut and answered, ascending; with 'budget_header: "
          + "prefilled': the budgets that prompts are given", .semantic),
      .choice(
        "budget_prior", \.budgetPrior, "How much each of 'budgets' counts; absent for uniform",
        .semantic),
      .floats(
        "budget_weights", \.budgetWeights, each: .nonNegative, count: 0...64,
        "The weight of every budget, for 'budget_prior: explicit'", .semantic),
      .int(
        "num_summaries", \.numSummaries, 1...1024, unit: .completions,
        "Answers to each part of the thinking", .semantic),
      .int(
        "max_summaries_per_step", \.maxSummariesPerStep, 0...1_000_000, unit: .completions,
        "Most answers a step learns from, chosen at random; absent for all", .semantic),
      .int(
        "thinking_budget", \.thinkingBudget, 1...65_536, unit: .tokens,
        "Most tokens of thinking; '</t>' is put after them where the model goes on", .semantic),
      .int(
        "answer_budget", \.answerBudget, 1...65_536, unit: .tokens,
        "Most tokens after '</t>'; absent for what max_new_tokens leaves", .semantic),
      .choice(
        "budget_header", \.budgetHeader, "Who writes the budget that stands before the thinking",
        .semantic),
    ]
  }

  /// Builds the design.
  /// - Precondition: the fields were validated.
  /// - Parameter maxNewTokens: the most tokens of a response.
  package func design(maxNewTokens: Int) throws -> any RolloutSpecification {
    let answer = answerBudget ?? maxNewTokens - (thinkingBudget ?? budgets.last ?? 0) - 1
    switch type {
    case .plain:
      switch budgetHeader {
      case nil: return PlainRollout()
      case .stated: return HeaderRollout(.stated)
      case .prefilled: return HeaderRollout(budgets.isEmpty ? .ofProblem : .drawn(try plan))
      }
    case .budgetCuts:
      return BudgetCuts(
        plan: try plan, answerBudget: answer, maxSummariesPerStep: maxSummariesPerStep)
    case .thinkAnswer:
      return ThinkAnswerRollout(thinkingBudget: thinkingBudget ?? 1, answerBudget: answer)
    }
  }

  /// The numbers of problems that the rollout reads.
  package var problemNumbers: [ProblemNumber] {
    type == .plain && budgetHeader == .prefilled && budgets.isEmpty ? [.tokenBudget] : []
  }

  /// The names of numbers that the rollout gives to rewards, whatever the problems' fields are.
  package var givenNumbers: [String] {
    type == .plain && budgetHeader == .prefilled && !budgets.isEmpty ? [HeaderRollout.field] : []
  }

  private var plan: BudgetPlan {
    get throws {
      BudgetPlan(
        budgets: budgets,
        weights: try (budgetPrior ?? .uniform).prior(budgetWeights).weights(for: budgets),
        summariesPerBudget: numSummaries)
    }
  }
}

/// The kind of episodes.
package enum RolloutType: String, FieldChoice {
  case plain
  case budgetCuts = "budget_cuts"
  case thinkAnswer = "think_answer"

  package var meaning: String {
    switch self {
    case .plain: "a whole response"
    case .budgetCuts: "a thought that is cut and answered at budgets (AnytimeReasoner)"
    case .thinkAnswer:
      "thinking up to a budget, then an answer of its own budget (Elastic Reasoning)"
    }
  }
}

/// The source of the header `<b>NNN</b>`: the model or the trainer.
package enum RolloutHeader: String, FieldChoice {
  case stated, prefilled

  package var meaning: String {
    switch self {
    case .stated: "the model: its response begins after a given '<b>' with 'NNN</b><t>'"
    case .prefilled: "it is given, drawn from 'budgets' or the problem's token_budget"
    }
  }
}

// MARK: Rules

extension RolloutConfiguration {
  package func issues() -> [FieldIssue] {
    BudgetPriorType.issues(budgets: budgets, prior: budgetPrior, weights: budgetWeights)
      + missingIssues + idleIssues + headerIssues
  }

  private var missingIssues: [FieldIssue] {
    var issues: [FieldIssue] = []
    if type == .budgetCuts, budgets.isEmpty {
      issues.append(
        FieldIssue(
          ["type"], "'budget_cuts' cuts thinking at budgets, and there are none",
          help: "add 'budgets: [...]', token counts in ascending order"))
    }
    if type == .thinkAnswer, thinkingBudget == nil {
      issues.append(
        FieldIssue(
          ["type"], "'think_answer' needs a thinking_budget", help: "add 'thinking_budget: N'"))
    }
    return issues
  }

  /// Issues for fields that the type does not use.
  private var idleIssues: [FieldIssue] {
    let isHeaded = type == .plain && budgetHeader == .prefilled
    let idle = [
      ("budgets", !budgets.isEmpty && type != .budgetCuts && !isHeaded),
      ("num_summaries", numSummaries > 1 && type != .budgetCuts),
      ("max_summaries_per_step", maxSummariesPerStep != nil && type != .budgetCuts),
      ("thinking_budget", thinkingBudget != nil && type != .thinkAnswer),
      ("answer_budget", answerBudget != nil && type == .plain),
      ("budget_header", budgetHeader != nil && type != .plain),
    ]
    return idle.filter(\.1).map { name, _ in
      FieldIssue([name], "'\(name)' has no effect in a rollout of type '\(type.rawValue)'")
    }
  }

  private var headerIssues: [FieldIssue] {
    guard type == .plain, budgetHeader == .prefilled,
      let place = budgets.firstIndex(where: { $0 > BudgetHeader.largest })
    else { return [] }
    return [
      FieldIssue(
        ["budgets", String(place)],
        "a header has three digits, and \(budgets[place]) has more",
        help: "the largest budget that can be given is \(BudgetHeader.largest)")
    ]
  }

  /// Mistakes that depend on the most tokens of a response.
  package func issues(maxNewTokens: Int) -> [FieldIssue] {
    let (name, thinking) =
      type == .thinkAnswer
      ? ("thinking_budget", thinkingBudget ?? 0)
      : ("budgets", type == .budgetCuts ? budgets.last ?? 0 : 0)
    guard thinking > 0, thinking + 1 + (answerBudget ?? 1) > maxNewTokens else { return [] }
    let answer = answerBudget.map { "an answer of \($0)" } ?? "an answer"
    return [
      FieldIssue(
        [answerBudget == nil ? name : "answer_budget"],
        "thinking of \(thinking) tokens, '</t>' and \(answer) are more than max_new_tokens, "
          + String(maxNewTokens),
        help: "raise sampling.max_new_tokens, or lower the budget")
    ]
  }
}
