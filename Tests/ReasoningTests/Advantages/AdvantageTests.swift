import Fields
import Reasoning
import Testing

@Suite struct AdvantageEstimatorTests {
  @Test func `rloo subtracts the mean of the others`() {
    // Means of the others: 1/3, 2/3, 2/3, 1/3.
    let share = 2.0 / 3
    let advantages = RLOO().advantages(rewards: [1, 0, 0, 1])
    #expect(isClose(advantages, [share, -share, -share, share]))
    #expect(isClose(RLOO().advantages(rewards: [0.9, 0.5]), [0.4, -0.4]))
  }

  @Test func `grpo subtracts the mean of the group`() {
    #expect(isClose(GRPO().advantages(rewards: [1, 0, 0, 1]), [0.5, -0.5, -0.5, 0.5]))
    #expect(isClose(GRPO().advantages(rewards: [0.9, 0.5, 0.1]), [0.4, 0, -0.4]))
  }

  @Test func `rloo is n over n - 1 times grpo`() {
    let rewards = [0.3, 0.91, 0.77, 0, 0.58]
    let scaled = GRPO().advantages(rewards: rewards).map { $0 * 5 / 4 }
    #expect(isClose(RLOO().advantages(rewards: rewards), scaled))
  }

  @Test(arguments: AdvantageEstimators.all.map { $0.name })
  func `equal rewards give nothing, and too few responses do`(_ name: String) throws {
    let type = try #require(AdvantageEstimators.named(name))
    let estimator = type.init()
    #expect(estimator.advantages(rewards: [], greedyReward: 0.25) == [])
    guard name != ReinforcePlusPlus.name else { return }
    let equal = estimator.advantages(rewards: [0.25, 0.25, 0.25], greedyReward: 0.25)
    #expect(isClose(equal, [0, 0, 0]))
    #expect(estimator.advantages(rewards: [0.7]) == [0])
  }

  /// Rewards whose mean, as a sum over n divided by n, differs from the reward.
  static let agreed = [0.95, 0.9, 0.85, 0.8, 0.7, 0.6, 0.3, 0.1, 1.0 / 3, -0.4, 1, 0]

  @Test func `groups that agree get exactly nothing, of every estimator, scaling and size`() throws
  {
    for estimator in AdvantageEstimators.all where estimator.name != ReinforcePlusPlus.name {
      let made = estimator.init()
      for scaling in RewardScaling.allCases {
        for size in 2...9 {
          let groups = Self.agreed.map { [Double](repeating: $0, count: size) }
          let advantages = scaling.scaled(
            groups.map { made.advantages(rewards: $0, greedyReward: $0[0]) }, rewards: groups)
          #expect(
            advantages.joined().allSatisfy { $0 == 0 }, "\(estimator.name) \(scaling) \(size)")
        }
      }
    }
  }

  @Test func `a rollout whose tokens all agree is whitened to exactly nothing`() {
    for (reward, size) in zip(Self.agreed + Self.agreed, 2...25) {
      let tokens = [[Double](repeating: reward, count: size), [reward]]
      let whitening = TokenWhitening(tokens)
      #expect(whitening(reward) == 0)
    }
  }

  @Test func `scores at budgets that agree leave exactly nothing`() {
    for score in Self.agreed {
      for budgets in 1...6 {
        let weights = (1...budgets).map { Double($0) / Double(budgets * (budgets + 1) / 2) }
        for size in 2...9 {
          let scores = [[Double]](
            repeating: [Double](repeating: score, count: budgets), count: size)
          for baseline in [BudgetBaseline.brpo, .v2only] {
            let advantages = BRPO(baseline: baseline).advantages(scores: scores, weights: weights)
            #expect(advantages.joined().allSatisfy { $0 == 0 }, "\(score) \(budgets) \(size)")
          }
        }
      }
    }
  }

  @Test func `summaries of a cut that agree leave exactly nothing`() {
    for reward in Self.agreed {
      for size in 2...9 {
        let cut = [(reward: Double, budget: Int)](repeating: (reward, 0), count: size)
        for estimator in SummaryEstimator.allCases {
          let advantages = estimator.advantages(
            rewards: [cut], groupScores: [reward], summariesPerBudget: size)
          #expect(advantages.joined().allSatisfy { $0 == 0 })
        }
      }
    }
  }

  @Test func `rewards that agree have a deviation of exactly 0`() {
    for reward in Self.agreed {
      for size in 1...9 {
        let rewards = [Double](repeating: reward, count: size)
        #expect(RewardScaling.standardDeviation(rewards) == 0)
      }
    }
  }

  @Test func `remax subtracts the likeliest response's reward`() {
    let remax = ReMax()
    #expect(isClose(remax.advantages(rewards: [1, 0, 0.5], greedyReward: 0.5), [0.5, -0.5, 0]))
    #expect(remax.advantages(rewards: [1, 0]) == [0, 0])
    #expect(AdvantageEstimators.all.filter { $0.needsGreedyResponse }.map { $0.name } == ["remax"])
  }

  @Test(arguments: ["grpo", "rloo", "remax", "reinforce_plus_plus", "reinforce_plus_plus_baseline"])
  func `advantages are those of the formula`(_ name: String) throws {
    let frozen = try FrozenFormulas.section("advantages")
    let estimator = try #require(AdvantageEstimators.named(name)).init()
    let greedy = frozen["greedy"].doubles
    for (index, rewards) in frozen["rewards"].rows.enumerated() {
      let advantages = estimator.advantages(rewards: rewards, greedyReward: greedy[index])
      #expect(isClose(advantages, frozen["whole"][name].rows[index]))
    }
  }

  @Test(arguments: ["group", "batch", "none"])
  func `scaling is that of the formula`(_ name: String) throws {
    let frozen = try FrozenFormulas.section("advantages")
    let scaling = try #require(RewardScaling(rawValue: name))
    let advantages = scaling.advantages(rewards: frozen["rewards"].rows, estimator: GRPO())
    for (advantages, expected) in zip(advantages, frozen["scaled"][name].rows) {
      #expect(isClose(advantages, expected))
    }
  }
}

@Suite struct ResponseAdvantageTests {
  private func tokens(
    _ algorithm: AlgorithmConfiguration, rewards: [Double], differences: [[Double]]
  ) -> [[Double]] {
    ResponseAdvantages(algorithm).tokens(
      rewards: [GroupRewards(total: rewards)],
      logProbabilities: [differences.map { $0.map { $0 - 1 } }],
      references: [differences.map { $0.map { _ in -1 } }])[0]
  }

  @Test func `the divergence stands in the reward, behind the baseline, or in neither`() {
    var algorithm = AlgorithmConfiguration()
    algorithm.kl.coef = 0.1
    algorithm.kl.estimator = .k1
    // KL penalties of the responses: 0.5 + 1.5 = 2, and 0 and -1.
    let differences = [[0.5, 1.5], [0.25, -0.25], [-1]]
    // 1 - (0 + 1)/2 = 0.5, 0 - 1 = -1, 1 - 0.5 = 0.5.
    algorithm.kl.placement = .loss
    let plain = tokens(algorithm, rewards: [1, 0, 1], differences: differences)
    #expect(zip(plain, [[0.5, 0.5], [-1, -1], [0.5]]).allSatisfy { isClose($0, $1) })
    // Minus 0.1 times the sum from the token to the end.
    algorithm.kl.placement = .reward
    let toGo = tokens(algorithm, rewards: [1, 0, 1], differences: differences)
    #expect(zip(toGo, [[0.3, 0.35], [-1, -0.975], [0.6]]).allSatisfy { isClose($0, $1) })
    // Rewards 0.8, 0, 1.1: 0.8 - 0.55, 0 - 0.95, 1.1 - 0.4, the same for every token.
    algorithm.kl.placement = .sequenceReward
    let whole = tokens(algorithm, rewards: [1, 0, 1], differences: differences)
    #expect(zip(whole, [[0.25, 0.25], [-0.95, -0.95], [0.7]]).allSatisfy { isClose($0, $1) })
  }

  @Test func `responses that agree and diverge alike get nothing`() {
    var algorithm = AlgorithmConfiguration()
    algorithm.kl.coef = 0.1
    algorithm.kl.placement = .sequenceReward
    let same = tokens(
      algorithm, rewards: [0.95, 0.95, 0.95], differences: [[0.5], [0.5], [0.5]])
    #expect(same == [[0], [0], [0]])
  }
}

@Suite struct TokenWhiteningTests {
  @Test func `mean and deviation are those of all tokens`() throws {
    let frozen = try FrozenFormulas.section("advantages")["whitening"]
    let whitening = TokenWhitening(frozen["advantages"].rows)
    for (advantages, expected) in zip(frozen["advantages"].rows, frozen["values"].rows) {
      #expect(isClose(advantages.map { whitening($0) }, expected))
    }
  }

  @Test func `a long response weighs more, and equal advantages stay finite`() {
    // Three tokens of 1 and one of 0: mean 3/4, variance 3/16.
    let whitening = TokenWhitening([[1, 1, 1], [0]])
    let root = 1.732_050_807_568_877_2
    #expect(isClose([whitening(1), whitening(0)], [1 / root, -root]))
    #expect(TokenWhitening([[2, 2]])(2) == 0)
    #expect(TokenWhitening([])(0) == 0)
  }
}

@Suite struct RewardScalingTests {
  let groups: [[Double]] = [[1, 0, 0, 1], [1, 1, 1, 0]]

  @Test func `by nothing`() {
    let advantages = RewardScaling.none.advantages(rewards: groups, estimator: GRPO())
    #expect(isClose(advantages[0], [0.5, -0.5, -0.5, 0.5]))
    #expect(isClose(advantages[1], [0.25, 0.25, 0.25, -0.75]))
  }

  @Test func `by the group's sample standard deviation plus 1e-4`() {
    let advantages = RewardScaling.group.advantages(rewards: groups, estimator: GRPO())
    // Squares: 4 · 0.25 / 3 = 1/3 and (3 · 0.0625 + 0.5625) / 3 = 0.25.
    let first = (1.0 / 3).squareRoot() + 1e-4
    #expect(isClose(advantages[0], [0.5, -0.5, -0.5, 0.5].map { $0 / first }))
    #expect(isClose(advantages[1], [0.25, 0.25, 0.25, -0.75].map { $0 / 0.5001 }))
  }

  @Test func `by the rollout's sample standard deviation plus 1e-4`() {
    let advantages = RewardScaling.batch.advantages(rewards: groups, estimator: GRPO())
    // Mean 5/8; squares 5 · (3/8)² + 3 · (5/8)² = 1.875; over 7 = 0.267857.
    let divisor = (1.875 / 7).squareRoot() + 1e-4
    #expect(isClose(advantages[0], [0.5, -0.5, -0.5, 0.5].map { $0 / divisor }))
    #expect(isClose(advantages[1], [0.25, 0.25, 0.25, -0.75].map { $0 / divisor }))
  }

  @Test func `equal rewards stay finite`() {
    for scaling in RewardScaling.allCases {
      let advantages = scaling.advantages(rewards: [[1, 1]], estimator: RLOO())
      #expect(advantages == [[0, 0]])
    }
  }

  /// Arora and Zanette 2025, sec. 5.4: with all responses correct and rewards spread evenly over
  /// [1 - α, 1], (max - mean) / deviation does not depend on α, so that dividing by the group's
  /// deviation cancels the penalty's size. For n rewards and the sample deviation the value is
  /// ((n - 1) / 2) / √(n (n + 1) / 12), which tends to √3.
  @Test func `dividing by the group's deviation cancels alpha`() {
    func largest(_ alpha: Double, _ count: Int, _ scaling: RewardScaling) -> Double {
      let rewards = (0..<count).map { 1 - alpha + alpha * Double($0) / Double(count - 1) }
      return scaling.advantages(rewards: [rewards], estimator: GRPO())[0].max()!
    }
    for alpha in [0.05, 0.1, 0.2, 0.4] {
      // 7/2 / √6 for eight responses; the 1e-4 in the divisor costs at most 0.6 % here.
      #expect(abs(largest(alpha, 8, .group) / (3.5 / 6.0.squareRoot()) - 1) < 0.006)
      #expect(abs(largest(alpha, 10_000, .group) / 3.0.squareRoot() - 1) < 0.008)
      #expect(abs(largest(alpha, 8, .none) - alpha / 2) < 1e-12)
    }
  }
}
