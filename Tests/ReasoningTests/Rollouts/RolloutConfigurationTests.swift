import Fields
import Reasoning
import Testing

/// The fields of `rollout`, the specifications they build, and the errors for invalid combinations.
@Suite struct `Rollout fields` {
  private func configuration(
    _ change: (inout RolloutConfiguration) -> Void
  ) -> RolloutConfiguration {
    var configuration = RolloutConfiguration()
    change(&configuration)
    return configuration
  }

  @Test func `make the rollout that they describe`() throws {
    #expect(try RolloutConfiguration().specification(maxNewTokens: 9) is PlainRollout)
    let cuts = try #require(
      try configuration {
        $0.type = .budgetCuts
        $0.cuts.budgets = [2, 6]
        $0.cuts.prior = .linear
        $0.cuts.numSummaries = 3
      }.specification(maxNewTokens: 12) as? BudgetCuts)
    #expect(
      cuts.plan == BudgetPlan(budgets: [2, 6], weights: [0.25, 0.75], summariesPerBudget: 3))
    // The tokens left after the largest budget and `</t>`.
    #expect(cuts.answerBudget == 5 && cuts.scoresBudgets)
    let phases = try #require(
      try configuration {
        $0.type = .thinkAnswer
        $0.answer.thinkingBudget = 4
        $0.answer.answerBudget = 2
      }.specification(maxNewTokens: 12) as? ThinkAnswerRollout)
    #expect(phases.thinkingBudget == 4 && phases.answerBudget == 2 && !phases.scoresBudgets)
    let stated = try configuration { $0.budgetHeader = .stated }.specification(maxNewTokens: 9)
    #expect((stated as? HeaderRollout)?.source == .stated)
    let own = configuration { $0.budgetHeader = .prefilled }
    #expect((try own.specification(maxNewTokens: 9) as? HeaderRollout)?.source == .ofProblem)
    #expect(own.problemNumbers == [.tokenBudget] && own.givenNumbers.isEmpty)
    let drawn = configuration {
      $0.budgetHeader = .prefilled
      $0.cuts.budgets = [3]
    }
    #expect(drawn.problemNumbers.isEmpty && drawn.givenNumbers == ["token_budget"])
  }

  private static let mistakes:
    [(says: String, change: @Sendable (inout RolloutConfiguration) -> Void)] = [
      ("needs 'budgets'", { $0.type = .budgetCuts }),
      ("needs a thinking_budget", { $0.type = .thinkAnswer }),
      ("'budgets' has no effect", { $0.cuts.budgets = [4] }),
      ("'num_summaries' has no effect", { $0.cuts.numSummaries = 2 }),
      ("'thinking_budget' has no effect", { $0.answer.thinkingBudget = 2 }),
      ("'answer_budget' has no effect", { $0.answer.answerBudget = 2 }),
      (
        "'max_summaries_per_step' has no effect",
        {
          $0.type = .thinkAnswer
          $0.answer.thinkingBudget = 2
          $0.maxSummariesPerStep = 3
        }
      ),
      (
        "'budget_header' has no effect",
        {
          $0.type = .thinkAnswer
          $0.answer.thinkingBudget = 2
          $0.budgetHeader = .stated
        }
      ),
      (
        "must ascend",
        {
          $0.type = .budgetCuts
          $0.cuts.budgets = [4, 4]
        }
      ),
      (
        "cannot give a budget of 1000",
        {
          $0.budgetHeader = .prefilled
          $0.cuts.budgets = [999, 1000]
        }
      ),
      (
        "more than max_new_tokens",
        {
          $0.type = .budgetCuts
          $0.cuts.budgets = [11]
        }
      ),
      (
        "an answer of 4",
        {
          $0.type = .thinkAnswer
          $0.answer.thinkingBudget = 8
          $0.answer.answerBudget = 4
        }
      ),
    ]

  @Test(arguments: mistakes.indices) func `that make no sense together are told`(index: Int) {
    let (says, change) = Self.mistakes[index]
    let made = configuration(change)
    let issues = made.issues() + made.issues(maxNewTokens: 12)
    #expect(issues.count == 1 && issues[0].message.contains(says), "\(issues)")
  }

  @Test func `that fit are not`() {
    let right = [
      configuration {
        $0.type = .budgetCuts
        $0.cuts.budgets = [4, 10]
      },
      configuration {
        $0.type = .thinkAnswer
        $0.answer.thinkingBudget = 8
        $0.answer.answerBudget = 3
      },
      configuration {
        $0.budgetHeader = .prefilled
        $0.cuts.budgets = [999]
      },
    ]
    for made in right {
      #expect((made.issues() + made.issues(maxNewTokens: 12)).isEmpty)
    }
  }
}
