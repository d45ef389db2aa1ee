import TensorCore
import Testing

@Suite struct `Random streams` {
  /// Vectors of Random123's `kat_vectors` for philox4x32-10.
  @Test func `Philox matches the published vectors`() {
    #expect(
      Philox.block(counter: SIMD4(repeating: 0), key: SIMD2(repeating: 0))
        == SIMD4(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
    #expect(
      Philox.block(counter: SIMD4(repeating: .max), key: SIMD2(repeating: .max))
        == SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
    #expect(
      Philox.block(
        counter: SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344),
        key: SIMD2(0xa409_3822, 0x299f_31d0))
        == SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
  }

  @Test func `draws are a function of the name and the position`() {
    var stream = RandomStream(seed: 5, purpose: "sample", 3, 4)
    let drawn = (0..<9).map { _ in stream.nextUniform() }
    #expect(stream.position == 9)
    let again = RandomStream(seed: 5, purpose: "sample", coordinates: [3, 4])
    #expect((0..<9).reversed().map { again.uniform(at: UInt64($0)) } == drawn.reversed())
    stream.position = 4
    #expect(stream.nextUniform() == drawn[4])
    #expect(drawn.allSatisfy { $0 >= 0 && $0 < 1 })
  }

  @Test func `every part of the name matters`() {
    let names = [
      RandomStream(seed: 0, purpose: "a"), RandomStream(seed: 1, purpose: "a"),
      RandomStream(seed: 0, purpose: "b"), RandomStream(seed: 0, purpose: "a", 0),
      RandomStream(seed: 0, purpose: "a", 0, 0), RandomStream(seed: 0, purpose: "a", 1),
      RandomStream(seed: 0, purpose: "a", 1, 0), RandomStream(seed: 0, purpose: "a", 0, 1),
      RandomStream(seed: 0, purpose: "a\0"), RandomStream(seed: 0, purpose: ""),
      RandomStream(seed: 0, purpose: "aaaaaaaa"), RandomStream(seed: 0, purpose: "aaaaaaaaa"),
    ]
    let words = names.map { $0.word(at: 0) }
    #expect(Set(words).count == words.count)
  }

  /// Golden values: changing them changes every initialisation, order and sample of every pipeline.
  @Test func `the stream of a name never changes`() {
    let stream = RandomStream(seed: 0, purpose: "init", 1)
    #expect(
      (0..<3).map { stream.word(at: $0) }
        == [4_998_946_987_602_253_898, 3_145_569_306_618_104_428, 6_238_575_843_896_857_815])
  }

  @Test func `integers are uniform and stay in range`() {
    var stream = RandomStream(seed: 1, purpose: "integers")
    var counts = [Int](repeating: 0, count: 6)
    for _ in 0..<60_000 { counts[stream.int(in: -2...3) + 2] += 1 }
    // The standard deviation is 91; six of them.
    #expect(counts.allSatisfy { abs($0 - 10_000) < 550 }, "\(counts)")
    #expect(stream.int(in: 4...4) == 4)
    let whole = stream.int(in: .min ... .max)
    #expect(whole != stream.int(in: .min ... .max))
  }

  @Test func `normal draws have mean 0, variance 1 and fourth moment 3`() {
    var stream = RandomStream(seed: 2, purpose: "normal")
    let draws = (0..<100_000).map { _ in stream.normal() }
    let mean = draws.reduce(0, +) / 100_000
    let second = draws.reduce(0) { $0 + $1 * $1 } / 100_000
    let fourth = draws.reduce(0) { $0 + $1 * $1 * $1 * $1 } / 100_000
    #expect(abs(mean) < 0.016)
    #expect(abs(second - 1) < 0.023)
    #expect(abs(fourth - 3) < 0.16)
  }

  @Test func `a shuffle is a permutation, and every order comes up`() {
    var stream = RandomStream(seed: 3, purpose: "shuffle")
    var counts: [[Int]: Int] = [:]
    for _ in 0..<6000 {
      var elements = [0, 1, 2]
      stream.shuffle(&elements)
      counts[elements, default: 0] += 1
    }
    #expect(counts.count == 6)
    #expect(counts.values.allSatisfy { abs($0 - 1000) < 180 })
    var empty: [Int] = []
    stream.shuffle(&empty)
    #expect(empty.isEmpty)
  }

  @Test func `weights are respected and zero weights never drawn`() {
    var stream = RandomStream(seed: 4, purpose: "weights")
    var counts = [Int](repeating: 0, count: 4)
    for _ in 0..<40_000 { counts[stream.weightedIndex([0, 1, 3, 0])] += 1 }
    #expect(counts[0] == 0 && counts[3] == 0)
    #expect(abs(counts[1] - 10_000) < 520)
    #expect(stream.choose(["only"]) == "only")
  }
}
