/// The settings of one AdamW step (Loshchilov & Hutter 2019, algorithm 2), in PyTorch's form:
///
///     p ← p · (1 - learningRate · weightDecay)
///     m ← m + (g - m) · (1 - beta1)
///     v ← v · beta2 + g² · (1 - beta2)
///     p ← p - learningRate / (1 - beta1ᵗ) · m / (√v / √(1 - beta2ᵗ) + epsilon)
package struct AdamW: Sendable, Hashable {
  package var learningRate: Double
  package var beta1: Double
  package var beta2: Double
  package var epsilon: Double
  package var weightDecay: Double

  package init(
    learningRate: Double, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
    weightDecay: Double = 0
  ) {
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
  }

  /// 1 - betaᵗ by repeated multiplication, with the same bits everywhere.
  static func correction(_ beta: Double, _ steps: Int) -> Double {
    var power = 1.0
    var base = beta
    var exponent = steps
    while exponent > 0 {
      if exponent & 1 == 1 { power *= base }
      base *= base
      exponent >>= 1
    }
    return 1 - power
  }
}

/// The moments of a list of parameters.
package final class AdamWState {
  package let parameters: [Tensor]
  /// m and v of each parameter, in the same order, with the parameters' shapes.
  package let firstMoments: [Tensor]
  package let secondMoments: [Tensor]
  /// Number of updates so far.
  package var stepCount = 0

  package init(parameters: [Tensor]) {
    self.parameters = parameters
    firstMoments = parameters.map { Tensor(shape: $0.shape) }
    secondMoments = parameters.map { Tensor(shape: $0.shape) }
  }

  /// Applies one update to all parameters that have a gradient. Gradients are not changed.
  package func step(_ settings: AdamW, backend: any Backend) {
    stepCount += 1
    var slots: [AdamWSlot] = []
    for (index, parameter) in parameters.enumerated() {
      parameter.settleGradient(on: backend)
      guard let gradient = parameter.gradient else { continue }
      slots.append(
        AdamWSlot(
          parameter: parameter.storage, gradient: gradient,
          firstMoment: firstMoments[index].storage, secondMoment: secondMoments[index].storage))
    }
    backend.adamW(settings, step: stepCount, parameters: slots)
  }

  package func zeroGradients() {
    for parameter in parameters { parameter.zeroGradient() }
  }
}
