import TensorCore
import Testing

/// Checks values computed by hand.
@Suite struct `Operations by hand` {
  let tape = Tape(backend: CPUBackend(), recording: false)

  @Test func `linear of small integers is exact`() throws {
    let x = Tensor(shape: [2, 3], values: [1, 2, 3, 4, 5, 6])
    let weight = Tensor(shape: [3, 2], values: [1, -1, 0, 2, 10, 0.5])
    let bias = Tensor(shape: [2], values: [100, 0])
    #expect(try tape.linear(x, weight).values == [31, 4.5, 64, 9])
    #expect(try tape.linear(x, weight, bias: bias).values == [131, 4.5, 164, 9])
  }

  @Test func `embedding reads rows`() throws {
    let table = Tensor(shape: [3, 2], values: [0, 1, 10, 11, 20, 21])
    #expect(try tape.embedding(table, [2, 0, 2]).values == [20, 21, 0, 1, 20, 21])
  }

  @Test func `rms norm of a row of equal magnitude`() throws {
    let x = Tensor(shape: [1, 4], values: [3, -3, 3, -3])
    let weight = Tensor(shape: [4], values: [1, 2, 3, 4])
    #expect(try tape.rmsNorm(x, weight, epsilon: 0).values == [1, -2, 3, -4])
  }

  @Test func `swiglu at 0 and at ±∞-like gates`() throws {
    let gate = Tensor(shape: [1, 3], values: [0, 100, -100])
    let up = Tensor(shape: [1, 3], values: [5, 2, 2])
    #expect(try tape.swiGLU(gate: gate, up: up).values == [0, 200, 0])
  }

  @Test func `geglu at 0 and at ±∞-like gates`() throws {
    let gate = Tensor(shape: [1, 5], values: [0, 100, -100, 1e30, -1e30])
    let up = Tensor(shape: [1, 5], values: [5, 2, 2, 2, 2])
    #expect(try tape.geGLU(gate: gate, up: up).values == [0, 200, 0, 2e30, 0])
  }

  @Test func `rotary turns the pairs (i, i + D/2)`() throws {
    // One head of 4 with θ = 10⁴: angles p and p/100.
    let x = Tensor(shape: [3, 4], values: [Float](repeating: 1, count: 12))
    let layout = SequenceLayout(lengths: [1, 2])
    let y = try tape.rotary(
      x, heads: 1, layout: layout,
      frequencies: RotaryFrequencies(theta: 10000, headDimension: 4))
    let expected: [Double] = [
      1, 1, 1, 1,  // position 0 of the first sequence
      1, 1, 1, 1,  // positions restart
      0.5403023 - 0.8414710, 0.9999500 - 0.0099998, 0.5403023 + 0.8414710, 0.9999500 + 0.0099998,
    ]
    expectClose(y.values, expected, absolute: 2e-7, "rotary")
  }

  @Test func `the convolution stays inside its sequence`() throws {
    let x = Tensor(shape: [5, 1], values: [1, 2, 3, 10, 20])
    let weight = Tensor(shape: [3, 1], values: [1, 100, 10000])
    let y = try tape.shortConvolution(x, weight, layout: SequenceLayout(lengths: [3, 2]))
    #expect(y.values == [1, 102, 10203, 10, 1020])
  }

  @Test func `attention with equal keys is a running mean of the values`() throws {
    let q = Tensor(shape: [4, 2], values: [1, 2, 3, 4, 5, 6, 7, 8])
    let k = Tensor(shape: [4, 2], values: [Float](repeating: 0, count: 8))
    let v = Tensor(shape: [4, 2], values: [1, 10, 3, 30, 8, 80, 7, 70])
    let y = try tape.attention(
      query: q, key: k, value: v, heads: 1, keyValueHeads: 1,
      layout: SequenceLayout(lengths: [3, 1]))
    expectClose(y.values, [1, 10, 2, 20, 4, 40, 7, 70], absolute: 1e-5, "attention")
  }

  @Test func `log probabilities: uniform, tempered, masked`() throws {
    let hidden = Tensor(shape: [1, 1], values: [1])
    let table = Tensor(shape: [4, 1], values: [0, 2, 0, 0])
    func value(_ target: Int32, temperature: Float = 1, banned: [Int32] = []) throws -> [Float] {
      try tape.logProbabilities(
        hidden, table: table, rows: [0], targets: [target], temperature: temperature,
        banned: banned
      ).values
    }
    // ln(e² + 3) = 2.3408...; at temperature 2, ln(e + 3) = 1.7436...
    expectClose(try value(1), [2 - 2.3407529], absolute: 1e-6, "plain")
    expectClose(try value(0), [-2.3407529], absolute: 1e-6, "plain")
    expectClose(try value(1, temperature: 2), [1 - 1.7436683], absolute: 1e-6, "tempered")
    expectClose(try value(0, banned: [1]), [-1.0986123], absolute: 1e-6, "masked")
    #expect(try value(1, banned: [1]) == [-.infinity])
  }

  @Test func `nothing in, nothing out`() throws {
    let empty = Tensor(shape: [0, 8])
    let layout = SequenceLayout(lengths: [])
    #expect(try tape.linear(empty, noiseTensor([8, 3], "w")).shape == [0, 3])
    #expect(
      try tape.attention(
        query: empty, key: empty, value: empty, heads: 2, keyValueHeads: 2, layout: layout
      ).count == 0)
    #expect(try tape.embedding(noiseTensor([2, 2], "t"), []).shape == [0, 2])
    #expect(
      try tape.logProbabilities(empty, table: noiseTensor([3, 8], "t"), rows: [], targets: []).count
        == 0)
  }

  @Test func `blas agrees with exact up to rounding`() throws {
    let x = noiseTensor([33, 65], "x")
    let weight = noiseTensor([65, 47], "weight")
    let blas = CPUBackend(numerics: .blas, threads: 1)
    let found = try Tape(backend: blas, recording: false).linear(x, weight).values
    let exact = try tape.linear(x, weight).values
    expectClose(found, exact.map(Double.init), absolute: 2e-5, "blas")
    #expect(blas.fingerprint.hasPrefix("blas/\(CPUBackend.exactVersion) OpenBLAS"))
    #expect(blas.fingerprint.hasSuffix("threads=1"))
    #expect(CPUBackend(threads: 2).fingerprint == "exact/\(CPUBackend.exactVersion)")
  }
}
