package import Fields

/// The way a reinforcement learning stage samples responses to its prompts.
package struct RolloutConfiguration: FieldGroup {
  package var type = RolloutType.plain
  package var cuts = CutBudgets()
  package var maxSummariesPerStep: Int?
  package var answer = AnswerBudget()
  package var budgetHeader: RolloutHeader?

  package init() {}

  package static let meaning = "The rollout of a prompt"

  package static var fields: [Field<RolloutConfiguration>] {
    [.choice("type", \.type, "The type of an episode", .semantic)]
      + CutBudgets.fields(
        in: \.cuts,
        meanings: [
          "budgets":
            "With budget_cuts: where thinking is cut and answered, ascending; with "
            + "'budget_header: prefilled': the budgets that prompts are given",
          "budget_prior": "Weights of 'budgets'; absent for uniform",
        ]) + [
        .int(
          "max_summaries_per_step", \.maxSummariesPerStep, 0...1_000_000, unit: .completions,
          "Most answers a step learns from, chosen at random; absent for all", .semantic)
      ] + AnswerBudget.fields(in: \.answer) + [
        .choice(
          "budget_header", \.budgetHeader,
          "The writer of the budget before the thinking", .semantic)
      ]
  }

  /// The kind of episode that `type`, `budget_header` and `budgets` describe together.
  private enum Mode {
    case plain, stated, givenByProblem, givenFromBudgets, budgetCuts, thinkAnswer

    /// The fields besides `type` that have an effect.
    var usedFields: Set<String> {
      switch self {
      case .plain, .stated, .givenByProblem: ["budget_header"]
      case .givenFromBudgets: ["budget_header", "budgets", "budget_prior"]
      case .budgetCuts:
        ["budgets", "budget_prior", "num_summaries", "max_summaries_per_step", "answer_budget"]
      case .thinkAnswer: ["thinking_budget", "answer_budget"]
      }
    }
  }

  private var mode: Mode {
    switch (type, budgetHeader) {
    case (.plain, nil): .plain
    case (.plain, .stated): .stated
    case (.plain, .prefilled): cuts.budgets.isEmpty ? .givenByProblem : .givenFromBudgets
    case (.budgetCuts, _): .budgetCuts
    case (.thinkAnswer, _): .thinkAnswer
    }
  }

  /// Builds the specification.
  /// - Precondition: the fields were validated.
  /// - Parameter maxNewTokens: the most tokens of a response.
  package func specification(
    maxNewTokens: Int, in format: any ResponseFormat
  ) throws -> any RolloutSpecification {
    let thinking = answer.thinkingBudget ?? cuts.budgets.last ?? 0
    let answerBudget = answer.answer(after: thinking, maxNewTokens: maxNewTokens, in: format)
    switch mode {
    case .plain: return PlainRollout()
    case .stated: return HeaderRollout(.stated)
    case .givenByProblem: return HeaderRollout(.ofProblem)
    case .givenFromBudgets: return HeaderRollout(.drawn(try cuts.plan))
    case .budgetCuts:
      return BudgetCuts(
        plan: try cuts.plan, answerBudget: answerBudget, maxSummariesPerStep: maxSummariesPerStep)
    case .thinkAnswer:
      return ThinkAnswerRollout(thinkingBudget: thinking, answerBudget: answerBudget)
    }
  }

  /// The numbers of problems that the rollout reads.
  package var problemNumbers: [ProblemNumber] { mode == .givenByProblem ? [.tokenBudget] : [] }

  /// The names of numbers that the rollout gives to rewards, whatever the problems' fields are.
  package var givenNumbers: [String] { mode == .givenFromBudgets ? [HeaderRollout.field] : [] }
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

/// The writer of a budget's header: the model or the trainer.
package enum RolloutHeader: String, FieldChoice {
  case stated, prefilled

  package var meaning: String {
    switch self {
    case .stated: "the model: its response begins with the budget, after a given opening"
    case .prefilled: "it is given, drawn from 'budgets' or the problem's token_budget"
    }
  }
}

// MARK: Rules

extension RolloutConfiguration {
  package func issues() -> [FieldIssue] {
    cuts.issues() + missingIssues + idleIssues
  }

  private var missingIssues: [FieldIssue] {
    var issues: [FieldIssue] = []
    if type == .budgetCuts, cuts.budgets.isEmpty {
      issues.append(
        FieldIssue(
          ["type"], "'budget_cuts' needs 'budgets'",
          help: "add 'budgets: [...]', token counts in ascending order"))
    }
    if type == .thinkAnswer, answer.thinkingBudget == nil {
      issues.append(
        FieldIssue(
          ["type"], "'think_answer' needs a thinking_budget", help: "add 'thinking_budget: N'"))
    }
    return issues
  }

  /// Issues for fields that the mode does not use.
  private var idleIssues: [FieldIssue] {
    let own = [
      ("max_summaries_per_step", maxSummariesPerStep != nil),
      ("budget_header", budgetHeader != nil),
    ].filter(\.1).map(\.0)
    let used = mode.usedFields
    return (cuts.written + own + answer.written).filter { !used.contains($0) }.map { name in
      FieldIssue([name], "'\(name)' has no effect in a rollout of type '\(type.rawValue)'")
    }
  }

  private func headerIssues(_ format: any ResponseFormat) -> [FieldIssue] {
    mode == .givenFromBudgets ? format.headerIssues(cuts.budgets, at: "budgets") : []
  }

  /// Mistakes that depend on the most tokens of a response and on its format.
  package func issues(maxNewTokens: Int, in format: any ResponseFormat) -> [FieldIssue] {
    headerIssues(format) + lengthIssues(maxNewTokens, format)
  }

  private func lengthIssues(
    _ maxNewTokens: Int, _ format: any ResponseFormat
  ) -> [FieldIssue] {
    switch mode {
    case .budgetCuts:
      answer.lengthIssues(
        thinking: cuts.budgets.last ?? 0, field: "budgets", maxNewTokens: maxNewTokens, in: format)
    case .thinkAnswer:
      answer.lengthIssues(
        thinking: answer.thinkingBudget ?? 0, field: "thinking_budget", maxNewTokens: maxNewTokens,
        in: format)
    case .plain, .stated, .givenByProblem, .givenFromBudgets: []
    }
  }
}
