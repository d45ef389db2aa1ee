import Reasoning
import TensorCore
import Testing

@Suite struct `Repeated n-grams` {
  /// The definition, with a set of all n-grams.
  private func counted(_ tokens: [Int32], _ n: Int) -> Double {
    let all = (0...(tokens.count - n)).map { Array(tokens[$0..<$0 + n]) }
    return 1 - Double(Set(all).count) / Double(all.count)
  }

  @Test func `are counted by hand`() {
    #expect(RepeatedNGrams.share(of: [1, 2, 3, 4], n: 2) == 0)
    // Of 12, 23, 31, 12, 23 two stood before.
    #expect(RepeatedNGrams.share(of: [1, 2, 3, 1, 2, 3], n: 2) == 1 - 3.0 / 5)
    #expect(RepeatedNGrams.share(of: [7, 7, 7, 7, 7], n: 1) == 0.8)
    #expect(RepeatedNGrams.share(of: [1, 2], n: 2) == 0)
    #expect(RepeatedNGrams.share(of: [1, 2], n: 3) == nil)
    #expect(RepeatedNGrams.share(of: [], n: 1) == nil)
  }

  @Test func `are those of a set, whatever repeats`() {
    var stream = RandomStream(seed: 5, purpose: "ngrams")
    for round in 0..<120 {
      let length = 1 + stream.int(in: 0...59)
      let tokens = (0..<length).map { _ in Int32(stream.int(in: 0...(1 + round % 4))) }
      for n in 1...min(length, 9) {
        #expect(RepeatedNGrams.share(of: tokens, n: n) == counted(tokens, n), "\(tokens), \(n)")
      }
    }
  }

  @Test func `of a long loop are found with long n-grams`() throws {
    let tokens = (0..<200_000).map { Int32($0 % 50) }
    let share = try #require(RepeatedNGrams.share(of: tokens, n: 1000))
    #expect(share == 1 - 50.0 / 199_001)
  }
}
