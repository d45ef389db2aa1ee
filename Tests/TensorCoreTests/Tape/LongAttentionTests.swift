import Foundation
import TensorCore
import Testing

/// Attention over more tokens than its kernels hold at a time, compared with plain sums in double
/// precision.
@Suite struct `Long attention` {
  private struct Shape {
    var heads = 4
    var keyValueHeads = 2
    var dimension = 20
    var window: Int?
  }

  /// Returns y, dq, dk and dv of one sequence.
  private func expected(
    _ q: [Float], _ k: [Float], _ v: [Float], _ dy: [Float], length: Int, _ shape: Shape
  ) -> [[Double]] {
    let (d, group) = (shape.dimension, shape.heads / shape.keyValueHeads)
    let (qStride, kStride) = (shape.heads * d, shape.keyValueHeads * d)
    let scale = 1 / Double(d).squareRoot()
    var (y, dq) = ([Double](repeating: 0, count: q.count), [Double](repeating: 0, count: q.count))
    var (dk, dv) = ([Double](repeating: 0, count: k.count), [Double](repeating: 0, count: k.count))
    for head in 0..<shape.heads {
      for row in 0..<length {
        let seen = max(0, row + 1 - (shape.window ?? length))...row
        let own = row * qStride + head * d
        func other(_ token: Int) -> Int { token * kStride + head / group * d }
        let scores = seen.map { token in
          (0..<d).reduce(0.0) { $0 + Double(q[own + $1]) * Double(k[other(token) + $1]) } * scale
        }
        let top = scores.max() ?? 0
        let powers = scores.map { exp($0 - top) }
        let total = powers.reduce(0, +)
        let p = powers.map { $0 / total }
        let dp = seen.map { token in
          (0..<d).reduce(0.0) { $0 + Double(dy[own + $1]) * Double(v[other(token) + $1]) }
        }
        let mean = zip(p, dp).reduce(0.0) { $0 + $1.0 * $1.1 }
        for (index, token) in seen.enumerated() {
          let ds = p[index] * (dp[index] - mean) * scale
          for i in 0..<d {
            y[own + i] += p[index] * Double(v[other(token) + i])
            dq[own + i] += ds * Double(k[other(token) + i])
            dk[other(token) + i] += ds * Double(q[own + i])
            dv[other(token) + i] += p[index] * Double(dy[own + i])
          }
        }
      }
    }
    return [y, dq, dk, dv]
  }

  @Test(arguments: [nil, 1, 16, 45, 130, 500])
  func `agrees with plain sums`(window: Int?) throws {
    let length = 211
    let shape = Shape(window: window)
    let q = noiseTensor([length, shape.heads * shape.dimension], "q")
    let k = noiseTensor([length, shape.keyValueHeads * shape.dimension], "k")
    let v = noiseTensor([length, shape.keyValueHeads * shape.dimension], "v")
    let seed = noise(q.count, "seed")
    let expected = expected(q.values, k.values, v.values, seed, length: length, shape)
    var first: [[UInt32]]?
    try onEveryKernelVariant { variant in
      for tensor in [q, k, v] {
        tensor.zeroGradient()
        tensor.requiresGradient = true
      }
      let tape = Tape(backend: CPUBackend(threads: 2))
      let y = try tape.attention(
        query: q, key: k, value: v, heads: shape.heads, keyValueHeads: shape.keyValueHeads,
        layout: SequenceLayout(lengths: [length]), window: window)
      try tape.backward(from: y, seed: seed)
      let found = [y.values, q.gradientValues, k.gradientValues, v.gradientValues]
      for (found, expected) in zip(found, expected) {
        let worst = zip(found, expected).map { abs(Double($0) - $1) }.max() ?? .nan
        #expect(worst < 2e-5, "\(variant)")
      }
      // The same bits on every variant.
      let pattern = found.map(bits)
      #expect(pattern == first ?? pattern, "\(variant)")
      first = pattern
    }
  }

  @Test(arguments: [nil, 1, 16, 45])
  func `a cached row has the bits of the whole sequence`(window: Int?) throws {
    let length = 70
    let heads = AttentionHeads(query: 4, keyValue: 2, dimension: 20, window: window)
    let q = noiseTensor([length, 80], "q")
    let k = noiseTensor([length, 40], "k")
    let v = noiseTensor([length, 40], "v")
    for threads in [1, 2] {
      let backend = CPUBackend(threads: threads)
      let whole = try Tape(backend: backend).attention(
        query: q, key: k, value: v, heads: 4, keyValueHeads: 2,
        layout: SequenceLayout(lengths: [length]), window: window)
      let cache = KeyValueCache(
        slots: 2, keyValueHeads: 2, headDimension: 20, capacity: length, on: backend)
      let slots = [Int](repeating: 1, count: length)
      cache.append(
        key: k, value: v, slots: slots, positions: Array(0..<length), backend: backend)
      cache.copy(slot: 1, to: 0, length: length)
      let found = cache.attention(
        query: q, slots: [Int](repeating: 0, count: length), lengths: Array(1...length),
        heads: heads, backend: backend)
      #expect(bits(found) == bits(whole))
    }
  }

  @Test func `a cache in bf16 is half the size and a little off`() throws {
    let length = 70
    let heads = AttentionHeads(query: 4, keyValue: 2, dimension: 20)
    let (q, k, v) = (
      noiseTensor([1, 80], "q"), noiseTensor([length, 40], "k"), noiseTensor([length, 40], "v")
    )
    let backend = CPUBackend(numerics: .bf16)
    let outputs = CachePrecision.allCases.map { precision in
      let cache = KeyValueCache(
        slots: 2, keyValueHeads: 2, headDimension: 20, capacity: length, precision: precision,
        on: backend)
      cache.append(
        key: k, value: v, slots: [Int](repeating: 1, count: length), positions: Array(0..<length),
        backend: backend)
      cache.copy(slot: 1, to: 0, length: length)
      return cache.attention(
        query: q, slots: [0], lengths: [length], heads: heads, backend: backend
      )
      .values
    }
    let worst = zip(outputs[0], outputs[1]).map { abs($0 - $1) }.max() ?? .nan
    #expect(worst > 0 && worst < 0.02)
  }
}
