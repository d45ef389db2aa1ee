import Fields
import Reasoning
import Testing

@Suite struct KLTests {
  private func estimate(_ estimator: KLEstimator, _ d: Double) -> (
    value: Double, derivative: Double
  ) {
    estimator.estimate(logProbability: -1 + d, referenceLogProbability: -1)
  }

  @Test func `three estimates of a token, by hand`() {
    // d = log 2: k1 = 0.6931472, k2 = 0.2402265, k3 = 1/2 - 1 + 0.6931472.
    let d = 0.693_147_180_559_945_3
    #expect(abs(estimate(.k1, d).value - 0.693_147_180_56) < 1e-10)
    #expect(abs(estimate(.k2, d).value - 0.240_226_506_96) < 1e-10)
    #expect(abs(estimate(.k3, d).value - 0.193_147_180_56) < 1e-10)
    #expect(abs(estimate(.k3, d).derivative - 0.5) < 1e-12)
  }

  @Test(arguments: KLEstimator.allCases)
  func `derivatives are those of the values`(_ estimator: KLEstimator) {
    let h = 1e-6
    for d in [-2.0, -0.5, 0, 0.1, 1.7] {
      let slope = (estimate(estimator, d + h).value - estimate(estimator, d - h).value) / (2 * h)
      #expect(abs(estimate(estimator, d).derivative - slope) < 1e-7)
    }
  }

  @Test func `k1 and k3 are unbiased, k3 and k2 never negative`() {
    // π = (0.5, 0.3, 0.2) and πref = (0.2, 0.3, 0.5); KL = 0.3 log 2.5.
    let p = [(0.5, 0.2), (0.3, 0.3), (0.2, 0.5)]
    let logarithms = [0.2: -1.609_437_912_434_1, 0.3: -1.203_972_804_325_9, 0.5: -0.693_147_180_56]
    let divergence = 0.3 * 0.916_290_731_874_2
    for estimator in [KLEstimator.k1, .k3] {
      let mean = p.reduce(0) { sum, pair in
        sum + pair.0
          * estimator.estimate(
            logProbability: logarithms[pair.0]!, referenceLogProbability: logarithms[pair.1]!
          ).value
      }
      #expect(abs(mean - divergence) < 1e-10)
    }
    for d in [-3.0, -0.1, 0, 0.1, 3] {
      #expect(estimate(.k2, d).value >= 0)
      #expect(estimate(.k3, d).value >= 0)
    }
  }

  @Test func `in the reward a token answers for the divergence to come`() throws {
    // d = 0.1, -0.2, 0.4; suffix sums 0.3, 0.2, 0.4.
    let charges = KLReward.charges(
      logProbabilities: [-0.9, -1.2, -0.6], referenceLogProbabilities: [-1, -1, -1],
      coefficient: 0.5, estimator: .k1)
    #expect(isClose(charges, [0.15, 0.1, 0.2]))
    #expect(
      KLReward.charges(
        logProbabilities: [], referenceLogProbabilities: [], coefficient: 1, estimator: .k1) == [])

    let frozen = try FrozenFormulas.section("advantages")["returns"]
    let reward = try #require(frozen["reward"].doubleValue)
    let charged = KLReward.charges(
      logProbabilities: frozen["logps"].doubles,
      referenceLogProbabilities: frozen["references"].doubles,
      coefficient: try #require(frozen["beta"].doubleValue), estimator: .k1)
    #expect(isClose(charged.map { reward - $0 }, frozen["values"].doubles))
  }

  @Test func `an adaptive coefficient moves towards its target, by a fifth at most`() {
    let adaptive = AdaptiveKL(target: 0.1, horizon: 1000)
    func next(_ divergence: Double) -> Double {
      adaptive.coefficient(after: 0.5, divergence: divergence, responses: 100)
    }
    #expect(next(0.1) == 0.5)
    #expect(abs(next(0.11) - 0.5 * 1.01) < 1e-12)
    #expect(abs(next(9) - 0.5 * 1.02) < 1e-12)
    #expect(abs(next(-9) - 0.5 * 0.98) < 1e-12)
  }
}
