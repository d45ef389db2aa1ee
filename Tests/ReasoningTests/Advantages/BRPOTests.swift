import Fields
import Reasoning
import Testing

@Suite struct BRPOTests {
  @Test func `advantages are those of the formula`() throws {
    let cases = try #require(try FrozenFormulas.section("advantages")["budgets"].listValue)
    #expect(cases.count == 32)
    for frozen in cases {
      let baseline = try #require(
        frozen["baseline"].stringValue.flatMap(BudgetBaseline.init(rawValue:)))
      let brpo = BRPO(baseline: baseline, lambda: try #require(frozen["lambda"].doubleValue))
      let advantages = brpo.advantages(
        scores: frozen["scores"].rows, weights: frozen["prior"].doubles)
      for (advantages, expected) in zip(advantages, frozen["values"].rows) {
        #expect(isClose(advantages, expected), "\(baseline)")
      }
    }
  }

  /// Check B7 of the notes on AnytimeReasoner.
  @Test func `with one budget it is the group's mean`() {
    let rewards = [1.0, 0, 0.5, 0.25]
    for baseline in [BudgetBaseline.brpo, .v2only] {
      let brpo = BRPO(baseline: baseline)
      #expect(isClose(brpo.advantages(rewards: rewards), GRPO().advantages(rewards: rewards)))
    }
    #expect(BRPO(baseline: .none).advantages(rewards: rewards) == rewards)
    #expect(BRPO(baseline: .v1only).advantages(rewards: rewards) == rewards)
  }

  @Test func `the first return is the score under the prior`() {
    let returns = BRPO.returns(scores: [0.25, 0.5, 1], weights: [0.5, 0.25, 0.25])
    #expect(returns == [0.5, 0.375, 0.25])
  }

  @Test func `two responses by hand`() {
    // P = 1/2, 1/2; r = (0, 1) and (1, 1). R = (1/2, 1/2) and (1, 1/2).
    // j = 1: V = V2 = 3/4. j = 2: V1 = r_1 / 2 = 0 and 1/2, V2 = 1/2, V = 1/4 and 1/2.
    let advantages = BRPO().advantages(scores: [[0, 1], [1, 1]], weights: [0.5, 0.5])
    #expect(advantages == [[-0.25, 0.25], [0.25, 0]])
  }
}

@Suite struct SummaryAdvantageTests {
  private let cuts: [[(reward: Double, budget: Int)]] = [
    [(1, 0), (0, 0)], [(1, 1), (1, 1), (0, 2), (0, 2)],
  ]

  @Test func `brpo compares the summaries of a cut`() {
    let advantages = SummaryEstimator.brpo.advantages(
      rewards: cuts, groupScores: [0, 0, 0], summariesPerBudget: 2)
    #expect(advantages == [[0.5, -0.5], [0.5, 0.5, -0.5, -0.5]])
  }

  @Test func `grpo learns from the last alone`() {
    let advantages = SummaryEstimator.grpo.advantages(
      rewards: cuts, groupScores: [0, 0, 0], summariesPerBudget: 2)
    #expect(advantages == [[0, 0], [0, 0, 0, -0.5]])
  }

  @Test func `a single summary is compared with the prompt's other responses`() {
    let single: [[(reward: Double, budget: Int)]] = [[(1, 0)], [(0, 1), (1, 2)]]
    let advantages = SummaryEstimator.brpo.advantages(
      rewards: single, groupScores: [0.25, 0.5, 0.75], summariesPerBudget: 1)
    #expect(advantages == [[0.75], [-0.5, 0.25]])
    let grpo = SummaryEstimator.grpo.advantages(
      rewards: single, groupScores: [0.25, 0.5, 0.75], summariesPerBudget: 1)
    #expect(grpo == [[0], [0, 0.25]])
  }
}
