import TensorCore
import Testing

/// Checks clipping and AdamW, which no tape records: five steps of three parameters against the
/// formulas in double precision and against PyTorch (`frozen_updates` in
/// Reference/freeze_operations.py).
@Suite struct `An update` {
  private let sizes = [37, 5, 1]
  private let maxNorm = 2.0

  private func settings(_ step: Int) -> AdamW {
    AdamW(
      learningRate: 0.01 * Double(step + 1), beta1: 0.9, beta2: 0.95, epsilon: 1e-8,
      weightDecay: 0.1)
  }

  /// The results of one step of clipping and update.
  private struct Outcome {
    var norm: Double
    var clipped: [[Double]]
    var parameters: [[Double]]
    var firstMoments: [[Double]]
    var secondMoments: [[Double]]
  }

  @Test func `agrees with its formulas in double precision`() throws {
    let file = try FrozenFile.operations.get()
    try expectUpdates(file, formulas(file))
  }

  @Test func `gives PyTorch's norms, gradients, parameters and moments`() throws {
    let file = try FrozenFile.operations.get()
    let norms = try file.matrix("updates.norm").values
    let outcomes = try norms.indices.map { step in
      Outcome(
        norm: norms[step],
        clipped: try sizes.indices.map { try file.matrix("updates.clipped.\(step).\($0)").values },
        parameters: try sizes.indices.map {
          try file.matrix("updates.parameter.\(step).\($0)").values
        }, firstMoments: [], secondMoments: [])
    }
    try expectUpdates(file, outcomes)
    let own = try formulas(file)[4]
    for index in sizes.indices {
      let first = try file.matrix("updates.first.\(index)").values
      let second = try file.matrix("updates.second.\(index)").values
      for (a, b) in zip(own.firstMoments[index] + own.secondMoments[index], first + second) {
        #expect(abs(a - b) <= 1e-12)
      }
    }
  }

  /// Loshchilov & Hutter 2019, algorithm 2, after `min(1, maxNorm / (norm + 1e-6))`.
  private func formulas(_ file: FrozenFile) throws -> [Outcome] {
    var parameters = try sizes.indices.map { try file.matrix("updates.in.\($0)").values }
    var m = parameters.map { $0.map { _ in 0.0 } }
    var v = m
    var (power1, power2) = (1.0, 1.0)
    return try (0..<5).map { step in
      let settings = settings(step)
      power1 *= settings.beta1
      power2 *= settings.beta2
      var gradients = try sizes.indices.map {
        try file.matrix("updates.gradient.\(step).\($0)").values
      }
      let norm = gradients.joined().reduce(0) { $0 + $1 * $1 }.squareRoot()
      let coefficient = min(1, maxNorm / (norm + 1e-6))
      gradients = gradients.map { $0.map { $0 * coefficient } }
      for index in sizes.indices {
        for (place, g) in gradients[index].enumerated() {
          m[index][place] += (g - m[index][place]) * (1 - settings.beta1)
          v[index][place] = settings.beta2 * v[index][place] + (1 - settings.beta2) * g * g
          let root = (v[index][place] / (1 - power2)).squareRoot() + settings.epsilon
          parameters[index][place] *= 1 - settings.learningRate * settings.weightDecay
          parameters[index][place] -=
            settings.learningRate * m[index][place] / (1 - power1) / root
        }
      }
      return Outcome(
        norm: norm, clipped: gradients, parameters: parameters, firstMoments: m, secondMoments: v)
    }
  }

  /// Expects the library's five steps on every kernel variant.
  private func expectUpdates(_ file: FrozenFile, _ outcomes: [Outcome]) throws {
    try #require(outcomes.count == 5)
    try onEveryKernelVariant { variant in
      let backend = CPUBackend()
      let parameters = try sizes.indices.map {
        let values = try file.matrix("updates.in.\($0)").values
        return Tensor(shape: [values.count], values: values.map { Float($0) })
      }
      let state = AdamWState(parameters: parameters)
      for (step, expected) in outcomes.enumerated() {
        for (index, parameter) in parameters.enumerated() {
          let gradient = try file.matrix("updates.gradient.\(step).\(index)").values
          setGradient(parameter, gradient.map { Float($0) }, backend)
        }
        let norm = clipGradientNorm(parameters, maxNorm: maxNorm, backend: backend)
        #expect(abs(norm - expected.norm) <= 1e-12 * expected.norm)
        state.step(settings(step), backend: backend)
        let place = "step \(step + 1), \(variant)"
        for (index, parameter) in parameters.enumerated() {
          expectClose(
            parameter.gradientValues, expected.clipped[index], absolute: 0, relative: 2e-7,
            "clipped gradient, \(place)")
          expectClose(
            parameter.values, expected.parameters[index], absolute: 5e-7, "parameters, \(place)")
          guard !expected.firstMoments.isEmpty else { continue }
          expectClose(
            state.firstMoments[index].values, expected.firstMoments[index], absolute: 3e-7,
            "first moments, \(place)")
          expectClose(
            state.secondMoments[index].values, expected.secondMoments[index], absolute: 3e-7,
            "second moments, \(place)")
        }
      }
      #expect(state.stepCount == 5)
    }
  }
}
