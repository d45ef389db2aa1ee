import TensorCore
import Testing

/// Options of heads beyond plain attention: norms per head, and windows.
@Suite struct HeadTests {
  private func random(_ shape: [Int], _ purpose: String) -> Tensor {
    var stream = RandomStream(seed: 5, purpose: purpose)
    let tensor = Tensor(
      shape: shape, values: (0..<shape.reduce(1, *)).map { _ in Float(stream.normal()) })
    tensor.requiresGradient = true
    return tensor
  }

  private func bits(_ values: [Float]) -> [UInt32] { values.map(\.bitPattern) }

  @Test(arguments: [1, 2])
  func `a norm of groups is the norm of as many rows`(threads: Int) throws {
    let backend = CPUBackend(numerics: .exact, threads: threads)
    let seed = random([7 * 24], "seed").values
    func run(_ shape: [Int], groups: Int) throws -> [[UInt32]] {
      let x = Tensor(shape: shape, values: random([7 * 24], "x").values)
      let weight = random([8], "weight")
      x.requiresGradient = true
      let tape = Tape(backend: backend)
      let y = try tape.rmsNorm(x, weight, epsilon: 1e-6, groups: groups)
      #expect(y.shape == shape)
      try tape.backward(from: y, seed: seed)
      return [y.values, x.gradientValues, weight.gradientValues].map(bits)
    }
    #expect(try run([7, 24], groups: 3) == run([21, 8], groups: 1))
  }

  @Test func `groups that do not divide a row are refused`() {
    let tape = Tape(backend: CPUBackend(numerics: .exact, threads: 1))
    for (groups, size) in [(3, 4), (0, 8), (-1, 8), (1, 4)] {
      #expect(throws: ShapeError.self) {
        try tape.rmsNorm(random([2, 8], "x"), random([size], "w"), epsilon: 0, groups: groups)
      }
    }
  }

  private let layout = SequenceLayout(lengths: [3, 0, 9, 1])

  private func attention(window: Int?) throws -> [[Float]] {
    let (query, key, value) = (random([13, 16], "q"), random([13, 8], "k"), random([13, 8], "v"))
    let tape = Tape(backend: CPUBackend(numerics: .exact, threads: 2))
    let y = try tape.attention(
      query: query, key: key, value: value, heads: 4, keyValueHeads: 2, layout: layout,
      window: window)
    try tape.backward(from: y, seed: random([13 * 16], "seed").values)
    return [y.values, query.gradientValues, key.gradientValues, value.gradientValues]
  }

  private func largestDifference(_ a: [[Float]], _ b: [[Float]]) -> Float {
    zip(a.joined(), b.joined()).reduce(0) { max($0, abs($1.0 - $1.1)) }
  }

  @Test func `a window as long as the sequences changes nothing`() throws {
    let full = try attention(window: nil)
    #expect(try largestDifference(attention(window: 9), full) < 1e-5)
    #expect(try largestDifference(attention(window: 1000), full) < 1e-5)
    #expect(try largestDifference(attention(window: 8), full) > 1e-3)
  }

  @Test func `in a window of one a token takes its own value`() throws {
    let found = try attention(window: 1)
    let value = random([13, 8], "v").values
    let seed = random([13 * 16], "seed").values
    // Heads 0 and 1 share the first four columns of the values, 2 and 3 the others.
    var y: [Float] = []
    var valueGradient = [Float](repeating: 0, count: 13 * 8)
    for row in 0..<13 {
      for column in 0..<16 {
        let source = row * 8 + column / 8 * 4 + column % 4
        y.append(value[source])
        valueGradient[source] += seed[row * 16 + column]
      }
    }
    let zeros = [[Float](repeating: 0, count: 13 * 16), [Float](repeating: 0, count: 13 * 8)]
    #expect(largestDifference(found, [y] + zeros + [valueGradient]) < 1e-5)
  }

  @Test func `a window of nothing is refused`() {
    #expect(throws: ShapeError.self) { try attention(window: 0) }
  }
}
