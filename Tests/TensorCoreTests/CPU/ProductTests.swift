import TensorCore
import Testing

/// Compares products of every size and order with their definition: one chain of fused
/// multiply-adds.
@Suite struct `Products` {
  /// Rows below and above the threshold for packing, depths of several blocks, columns of several
  /// panels.
  static let shapes = [
    (1, 40, 300), (2, 17, 5), (5, 64, 257), (23, 33, 64), (24, 16, 16), (25, 47, 260),
    (61, 96, 31), (200, 20, 100), (200, 129, 12), (26, 1600, 9),
  ]

  private func definition(_ a: [Float], _ b: [Float], _ m: Int, _ n: Int, _ k: Int) -> [Float] {
    var c: [Float] = []
    for row in 0..<m {
      for column in 0..<n {
        var sum: Float = 0
        for index in 0..<k { sum.addProduct(a[row * k + index], b[index * n + column]) }
        c.append(sum)
      }
    }
    return c
  }

  private func transposed(_ x: [Float], rows: Int, columns: Int) -> [Float] {
    (0..<columns).flatMap { column in (0..<rows).map { x[$0 * columns + column] } }
  }

  /// Rounds a finite value to eight significant bits, ties to even.
  private func rounded(_ x: Float) -> Float {
    let bits = x.bitPattern
    return Float(bitPattern: (bits + 0x7fff + (bits >> 16) & 1) & 0xffff_0000)
  }

  @Test(arguments: shapes, [MatrixNumerics.exact, .bf16])
  func `are one chain an output, however the operands lie`(
    shape: (m: Int, n: Int, k: Int), numerics: MatrixNumerics
  ) throws {
    let (m, n, k) = shape
    let (a, b) = (noise(m * k, "a"), noise(k * n, "b"))
    let read: (Float) -> Float = { numerics == .bf16 ? rounded($0) : $0 }
    let expected = bits(definition(a.map(read), b.map(read), m, n, k))
    let rowMajor = (Tensor(shape: [m, k], values: a), Tensor(shape: [k, n], values: b))
    let columnMajor = (
      Tensor(shape: [k, m], values: transposed(a, rows: m, columns: k)),
      Tensor(shape: [n, k], values: transposed(b, rows: k, columns: n))
    )
    try onEveryKernelVariant { variant in
      for threads in [1, 2] {
        let backend = CPUBackend(numerics: numerics, threads: threads)
        for left in [MatrixView(rowMajor.0), MatrixView(columnMajor.0).transposed] {
          for right in [MatrixView(rowMajor.1), MatrixView(columnMajor.1).transposed] {
            let c = Tensor(shape: [m, n])
            backend.product(left, right, into: MatrixView(c), accumulating: false)
            #expect(bits(c) == expected, "\(variant), \(threads) threads")
          }
        }
        let packed = try Tape(backend: backend).linear(rowMajor.0, rowMajor.1)
        #expect(bits(packed) == expected, "packed, \(variant), \(threads) threads")
      }
    }
  }

  @Test func `a weight that changed is packed anew`() throws {
    let x = noiseTensor([30, 20], "x")
    let weight = noiseTensor([20, 18], "weight")
    weight.requiresGradient = true
    let backend = CPUBackend()
    func expectFresh(_ what: String) throws {
      let expected = definition(x.values, weight.values, 30, 18, 20)
      let found = try Tape(backend: backend, recording: false).linear(x, weight)
      #expect(bits(found) == bits(expected), "\(what)")
    }
    try expectFresh("at first")
    weight.fill(from: noise(20 * 18, "other"))
    try expectFresh("after filling")
    weight.storage[7] = 3
    try expectFresh("after setting one value")
    weight.storage.copy(from: noiseTensor([20, 18], "third").storage, at: 0, count: 360, to: 0)
    try expectFresh("after copying")
    let tape = Tape(backend: backend)
    let y = try tape.linear(x, weight)
    try tape.backward(from: y, seed: noise(30 * 18, "seed"))
    let state = AdamWState(parameters: [weight])
    state.step(AdamW(learningRate: 0.1), backend: backend)
    try expectFresh("after an update")
    let other = CPUBackend(numerics: .bf16)
    let rounded = try Tape(backend: other, recording: false).linear(x, weight)
    #expect(bits(rounded) != bits(definition(x.values, weight.values, 30, 18, 20)))
    try expectFresh("after another backend has packed it")
  }

  @Test func `bf16 keeps eight bits of every operand, ties to even`() throws {
    // 1 + 2⁻⁸ lies halfway between two values and goes to the even one, 1; 1 + 3·2⁻⁸ goes to 1 +
    // 2⁻⁶.
    let x = Tensor(shape: [1, 4], values: [1 + 0x1p-8, 1 + 3 * 0x1p-8, -1 - 0x1.8p-8, .infinity])
    let identity = Tensor(
      shape: [4, 4], values: (0..<16).map { $0 % 5 == 0 ? 1 : 0 })
    let y = try Tape(backend: CPUBackend(numerics: .bf16)).linear(
      Tensor(shape: [1, 3], values: Array(x.values.prefix(3))),
      Tensor(shape: [3, 3], values: (0..<9).map { $0 % 4 == 0 ? 1 : 0 }))
    #expect(y.values == [1, 1 + 0x1p-6, -1 - 0x1p-7])
    let infinite = try Tape(backend: CPUBackend(numerics: .bf16)).linear(x, identity)
    #expect(infinite.values[3] == .infinity)
  }
}
