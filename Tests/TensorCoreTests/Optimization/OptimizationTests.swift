import TensorCore
import Testing

@Suite struct `Optimising` {
  @Test func `AdamW leaves alone what has no gradient`() {
    let parameter = noiseTensor([37], "parameter")
    let untouched = noiseTensor([5], "untouched")
    let (moved, kept) = (parameter.values, untouched.values)
    let backend = CPUBackend()
    setGradient(parameter, noise(37, "gradient"), backend)
    let state = AdamWState(parameters: [parameter, untouched])
    state.step(AdamW(learningRate: 0.01, weightDecay: 0.1), backend: backend)
    #expect(parameter.values != moved)
    #expect(untouched.values == kept)
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
}
