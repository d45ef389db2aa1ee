import TensorCore
import Testing

@Suite struct `Optimising` {
  @Test func `AdamW follows its formula`() {
    let parameter = noiseTensor([37], "parameter")
    let untouched = noiseTensor([5], "untouched")
    var expected = parameter.values.map(Double.init)
    var m = [Double](repeating: 0, count: 37)
    var v = [Double](repeating: 0, count: 37)
    let state = AdamWState(parameters: [parameter, untouched])
    let backend = CPUBackend()
    let before = untouched.values
    for step in 1...5 {
      let settings = AdamW(
        learningRate: 0.01 * Double(step), beta1: 0.9, beta2: 0.95, epsilon: 1e-8,
        weightDecay: 0.1)
      let gradient = noise(37, "gradient \(step)")
      setGradient(parameter, gradient, backend)
      state.step(settings, backend: backend)
      let correction1 = 1 - power(0.9, step)
      let correction2 = 1 - power(0.95, step)
      for index in expected.indices {
        let g = Double(gradient[index])
        expected[index] *= 1 - settings.learningRate * 0.1
        m[index] = 0.9 * m[index] + 0.1 * g
        v[index] = 0.95 * v[index] + 0.05 * g * g
        expected[index] -=
          settings.learningRate * (m[index] / correction1)
          / ((v[index] / correction2).squareRoot() + 1e-8)
      }
    }
    expectClose(parameter.values, expected, absolute: 1e-6, "parameters after 5 steps")
    expectClose(state.firstMoments[0].values, m, absolute: 1e-6, "first moments")
    expectClose(state.secondMoments[0].values, v, absolute: 1e-6, "second moments")
    #expect(state.stepCount == 5)
    #expect(untouched.values == before)
  }

  /// Made with torch 2.15: p = [1, -2, 3], g = [0.5, -1, 2], torch.optim.AdamW(lr=0.1,
  /// betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01), two steps with the gradients as they are.
  @Test func `AdamW gives PyTorch's numbers`() {
    let parameter = Tensor(shape: [3], values: [1, -2, 3])
    let state = AdamWState(parameters: [parameter])
    let backend = CPUBackend()
    setGradient(parameter, [0.5, -1, 2], backend)
    let settings = AdamW(learningRate: 0.1, weightDecay: 0.01)
    state.step(settings, backend: backend)
    state.step(settings, backend: backend)
    expectClose(
      parameter.values, [0.798101007938385, -1.7961020469665527, 2.7941031455993652],
      absolute: 3e-7, "parameters")
  }

  @Test func `clipping scales every gradient by max / (norm + 1e-6)`() {
    let backend = CPUBackend()
    let a = Tensor(shape: [1], values: [0])
    let b = Tensor(shape: [2], values: [0, 0])
    let none = Tensor(shape: [1], values: [0])
    setGradient(a, [3], backend)
    setGradient(b, [0, 4], backend)
    #expect(clipGradientNorm([a, none, b], maxNorm: 10, backend: backend) == 5)
    #expect(a.gradientValues == [3])
    #expect(clipGradientNorm([a, none, b], maxNorm: 2.5, backend: backend) == 5)
    expectClose(
      a.gradientValues + b.gradientValues, [1.5, 0, 2], absolute: 1e-6, "clipped gradients")
    #expect(none.gradient == nil)
  }

  @Test func `the sum of squares is exact for integers, at any thread count`() {
    let values = (0..<100_000).map { Float($0 % 1000) }
    let exact = values.reduce(0.0) { $0 + Double($1) * Double($1) }
    let x = Tensor(shape: [100_000], values: values)
    #expect(CPUBackend(threads: 1).sumOfSquares(x.storage) == exact)
    #expect(CPUBackend(threads: 2).sumOfSquares(x.storage) == exact)
  }

  @Test func `schedules`() {
    let constant = LearningRateSchedule(.constant, warmupSteps: 4)
    #expect((0..<6).map { constant.factor(step: $0, of: 10) } == [0.25, 0.5, 0.75, 1, 1, 1])
    let linear = LearningRateSchedule(.linear, minimumRatio: 0.2)
    #expect(linear.factor(step: 0, of: 10) == 1)
    #expect(abs(linear.factor(step: 5, of: 10) - 0.6) < 1e-15)
    #expect(linear.factor(step: 10, of: 10) == 0.2)
    #expect(linear.factor(step: 99, of: 10) == 0.2)
    let warmed = LearningRateSchedule(.linear, warmupSteps: 10, minimumRatio: 0)
    #expect(abs(warmed.factor(step: 4, of: 100) - 0.5 * 0.96) < 1e-15)
    let cosine = LearningRateSchedule(.cosine, minimumRatio: 0.1)
    #expect(cosine.factor(step: 0, of: 8) == 1)
    #expect(abs(cosine.factor(step: 4, of: 8) - 0.55) < 1e-15)
    #expect(abs(cosine.factor(step: 2, of: 8) - (0.1 + 0.9 * (1 + 0.5.squareRoot()) / 2)) < 1e-15)
    #expect(abs(cosine.factor(step: 8, of: 8) - 0.1) < 1e-15)
  }

  private func power(_ x: Double, _ n: Int) -> Double { (0..<n).reduce(1) { p, _ in p * x } }

  /// Gives a tensor a gradient the way everything gets one: by a backward pass.
  private func setGradient(_ tensor: Tensor, _ values: [Float], _ backend: CPUBackend) {
    tensor.requiresGradient = true
    tensor.zeroGradient()
    let tape = Tape(backend: backend)
    let zeros = Tensor(shape: tensor.shape)
    #expect(throws: Never.self) {
      try tape.backward(from: tape.add(tensor, zeros), seed: values)
    }
  }
}
