import Fields
import Reasoning
import Testing

/// Returns d value / d log π by central differences.
private func slope(
  _ loss: any PolicyLoss, _ logProbability: Double, _ old: Double, _ advantage: Double
) -> Double {
  let h = 1e-6
  func value(_ x: Double) -> Double {
    loss.loss(logProbability: x, oldLogProbability: old, advantage: advantage).value
  }
  return (value(logProbability + h) - value(logProbability - h)) / (2 * h)
}

@Suite struct PPOClipTests {
  let loss = PPOClip(clipRatioLow: 0.2, clipRatioHigh: 0.3)

  private func token(_ loss: PPOClip, ratio: Double, advantage: Double) -> TokenLoss {
    // The log-ratios are from a table, so that the expected values below are exact in the ratio.
    let logarithms = [
      0.5: -0.693_147_180_559_945_3, 0.8: -0.223_143_551_314_209_7, 1: 0,
      1.25: 0.223_143_551_314_209_7, 2: 0.693_147_180_559_945_3, 4: 1.386_294_361_119_890_6,
    ]
    return loss.loss(
      logProbability: -1 + logarithms[ratio]!, oldLogProbability: -1, advantage: advantage)
  }

  @Test func `inside the bounds the loss is minus ratio times advantage`() {
    for advantage in [2.0, -2.0] {
      let inside = token(loss, ratio: 1.25, advantage: advantage)
      #expect(abs(inside.value + 1.25 * advantage) < 1e-12)
      #expect(abs(inside.derivative + 1.25 * advantage) < 1e-12)
      #expect(inside.clip == nil)
    }
    #expect(token(loss, ratio: 1, advantage: 3) == TokenLoss(value: -3, derivative: -3))
  }

  @Test func `each bound holds on its own side only`() {
    #expect(
      token(loss, ratio: 2, advantage: 2) == TokenLoss(value: -2.6, derivative: 0, clip: .high))
    #expect(
      token(loss, ratio: 0.5, advantage: -2) == TokenLoss(value: 1.6, derivative: 0, clip: .low))
    // The bound does not apply where it would make the loss smaller.
    let rising = token(loss, ratio: 2, advantage: -2)
    #expect(abs(rising.value - 4) < 1e-12 && abs(rising.derivative - 4) < 1e-12)
    #expect(rising.clip == nil)
    let falling = token(loss, ratio: 0.5, advantage: 2)
    #expect(abs(falling.value + 1) < 1e-12 && abs(falling.derivative + 1) < 1e-12)
    #expect(falling.clip == nil)
  }

  @Test func `dual clip bounds negative advantages from the other side`() {
    let dual = PPOClip(clipRatioLow: 0.2, clipRatioHigh: 0.3, clipRatioC: 3)
    #expect(
      token(dual, ratio: 4, advantage: -2) == TokenLoss(value: 6, derivative: 0, clip: .dual))
    #expect(token(dual, ratio: 2, advantage: -2).clip == nil)
    #expect(token(dual, ratio: 4, advantage: 2).clip == .high)
  }

  @Test func `no advantage is no loss and no clip`() {
    for ratio in [0.5, 1, 4] {
      let token = token(loss, ratio: ratio, advantage: 0)
      #expect(token.value == 0 && token.derivative == 0 && token.clip == nil)
    }
  }

  @Test func `an exploded ratio stays finite and passes no gradient`() {
    let token = loss.loss(logProbability: 0, oldLogProbability: -800, advantage: -1)
    #expect(token.value.isFinite && token.derivative == 0)
    let vanished = loss.loss(logProbability: -800, oldLogProbability: 0, advantage: 1)
    #expect(vanished.value.isFinite && vanished.derivative == 0)
  }

  @Test func `values follow the formula`() {
    // Compares with the definition, computed without shortcuts.
    for ratio in [0.5, 0.8, 1, 1.25, 2, 4] {
      for advantage in [-1.5, 1.5] {
        let clipped = min(max(ratio, 0.8), 1.3)
        let expected = -min(ratio * advantage, clipped * advantage)
        #expect(abs(token(loss, ratio: ratio, advantage: advantage).value - expected) < 1e-12)
      }
    }
  }
}

@Suite struct PolicyLossDerivativeTests {
  /// CISPO is left out because its gradient is not that of its value: it stops at the ratio.
  @Test(arguments: PolicyLosses.all.map { $0.name }.filter { $0 != CISPO.name })
  func `derivatives are those of the values`(_ name: String) throws {
    let loss = try #require(PolicyLosses.named(name)).init(
      decoding: .map(["clip_ratio_high": .float(0.3), "clip_ratio_c": .float(3)]))
    // Log ratios on both sides of every bound: log 0.8, log 1.3, log 3.
    for logRatio in [-1.0, -0.3, -0.2, -0.1, 0, 0.1, 0.2, 0.3, 1, 1.2] {
      for advantage in [-2.0, -0.3, 0, 0.7, 1.5] {
        let token = loss.loss(
          logProbability: -2 + logRatio, oldLogProbability: -2, advantage: advantage)
        let expected = slope(loss, -2 + logRatio, -2, advantage)
        #expect(abs(token.derivative - expected) < 1e-7, "log ratio \(logRatio), A \(advantage)")
      }
    }
  }

  @Test func `reinforce is minus advantage times log-probability`() {
    #expect(
      Reinforce().loss(logProbability: -0.5, oldLogProbability: -3, advantage: 2)
        == TokenLoss(value: 1, derivative: -2))
  }
}

@Suite struct CISPOTests {
  private let loss = CISPO(clipRatioLow: 0.2, clipRatioHigh: 0.3)

  @Test func `a bounded ratio weighs the log-probability, and no token loses its gradient`() {
    for advantage in [2.0, -2] {
      // log 4, beyond the bound on either sign; log 1/2.
      let high = loss.loss(
        logProbability: -0.5, logRatio: 1.386_294_361_119_890_6, advantage: advantage)
      #expect(high.derivative == -1.3 * advantage && high.value == 0.65 * advantage)
      #expect(high.clip == .high)
      let low = loss.loss(
        logProbability: -0.5, logRatio: -0.693_147_180_559_945_3, advantage: advantage)
      #expect(low.derivative == -0.8 * advantage && low.clip == .low)
    }
    #expect(
      loss.loss(logProbability: -0.5, logRatio: 0, advantage: 3)
        == TokenLoss(value: 1.5, derivative: -3))
  }
}

@Suite struct `Frozen losses` {
  /// Value and gradient of the mean over a sequence, against automatic differentiation.
  @Test func `are those of the formula`() throws {
    let cases = try #require(try FrozenFormulas.section("losses").listValue)
    #expect(cases.count == 28)
    for frozen in cases {
      let name = try #require(frozen["loss"].stringValue)
      var algorithm = AlgorithmConfiguration()
      algorithm.policyLoss = try #require(
        PolicyLosses.named(name.replacing(" dual", with: ""))
      ).init(
        decoding: .map([
          "clip_ratio_high": .float(0.28),
          "clip_ratio_c": name.hasSuffix("dual") ? .float(3) : .absent,
        ]))
      let level = try #require(
        frozen["level"].stringValue.flatMap(ImportanceSamplingLevel.init(rawValue:)))
      let advantage = try #require(frozen["advantage"].doubleValue)
      let (new, old) = (frozen["new"].doubles, frozen["old"].doubles)
      let objective = PolicyObjective(algorithm)
      let tokens = zip(new, level.logRatios(zip(new, old).map { $0 - $1 })).map {
        objective.loss(logProbability: $0, logRatio: $1, advantage: advantage)
      }
      let count = Double(tokens.count)
      let value = try #require(frozen["value"].doubleValue)
      #expect(isClose([tokens.reduce(0) { $0 + $1.value } / count], [value]), "\(name) \(level)")
      #expect(
        isClose(tokens.map { $0.derivative / count }, frozen["gradient"].doubles),
        "\(name) \(level)")
    }
  }
}

@Suite struct LossAggregationTests {
  /// Two sequences of 2 and 3 tokens, and one without: losses 1, 2 and 3, 4, 5.
  private func total(_ mode: LossAggregation, scaleFactor: Double = 10) -> Double {
    let weights = mode.weights(tokenCounts: [2, 3, 0], scaleFactor: scaleFactor)
    return weights[0] * 3 + weights[1] * 12
  }

  @Test func `four ways to add up, by hand`() {
    #expect(abs(total(.tokenMean) - 15.0 / 5) < 1e-12)
    #expect(abs(total(.sequenceMeanTokenMean) - (1.5 + 4) / 3) < 1e-12)
    #expect(abs(total(.sequenceMeanTokenSum) - 15.0 / 3) < 1e-12)
    #expect(abs(total(.sequenceMeanTokenSumNorm) - 15.0 / 30) < 1e-12)
  }

  @Test func `an empty sequence, and an empty batch, are no division by zero`() {
    for mode in LossAggregation.allCases {
      #expect(mode.weights(tokenCounts: [0, 0], scaleFactor: 5) == [0, 0])
      #expect(mode.weights(tokenCounts: [], scaleFactor: 5) == [])
    }
  }

  @Test func `names are those of the field`() {
    #expect(
      LossAggregation.choices.map(\.name) == [
        "token-mean", "seq-mean-token-mean", "seq-mean-token-sum", "seq-mean-token-sum-norm",
      ])
  }
}
