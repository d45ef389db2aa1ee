/// A stream of random numbers, named by its purpose: seed, purpose and coordinates.
///
/// Two streams with different names are independent. A stream's position is its only state, so
/// `uniform(at:)` can return any draw in any order, and a checkpoint stores one number.
///
/// ```swift
/// var stream = RandomStream(seed: 0, purpose: "shuffle", UInt64(epoch))
/// stream.shuffle(&order)
/// ```
package struct RandomStream: Sendable, Hashable {
  private let key: SIMD2<UInt32>
  private let high: UInt64
  /// The number of 64-bit words drawn so far.
  package var position: UInt64 = 0

  package init(seed: UInt64, purpose: String, _ coordinates: UInt64...) {
    self.init(seed: seed, purpose: purpose, coordinates: coordinates)
  }

  package init(seed: UInt64, purpose: String, coordinates: [UInt64]) {
    // Two 64-bit hashes of the name: one is the key, one the counter's upper half; the lower half
    // counts blocks. Lengths are mixed in, so that ("a", 1) and ("a1") differ.
    var first = NameHash(basis: 0x243F_6A88_85A3_08D3)
    var second = NameHash(basis: 0x1319_8A2E_0370_7344)
    for word in [seed, UInt64(purpose.utf8.count)] + Self.words(of: purpose) + coordinates
      + [UInt64(coordinates.count)]
    {
      first.mix(word)
      second.mix(word)
    }
    key = SIMD2(
      UInt32(truncatingIfNeeded: first.value), UInt32(truncatingIfNeeded: first.value >> 32))
    high = second.value
  }

  /// Returns the two words at twice an index, in halves, without moving the position.
  package func block(at index: UInt64) -> SIMD4<UInt32> {
    Philox.block(
      counter: SIMD4(
        UInt32(truncatingIfNeeded: index), UInt32(truncatingIfNeeded: index >> 32),
        UInt32(truncatingIfNeeded: high), UInt32(truncatingIfNeeded: high >> 32)),
      key: key)
  }

  /// Returns the word at an index, without moving the position.
  package func word(at index: UInt64) -> UInt64 {
    let output = block(at: index >> 1)
    return index & 1 == 0
      ? UInt64(output[0]) | UInt64(output[1]) << 32
      : UInt64(output[2]) | UInt64(output[3]) << 32
  }

  /// Returns a draw from [0, 1) in steps of 2⁻⁵³, without moving the position.
  package func uniform(at index: UInt64) -> Double {
    Double(word(at: index) >> 11) * 0x1p-53
  }

  package mutating func next() -> UInt64 {
    defer { position &+= 1 }
    return word(at: position)
  }

  package mutating func nextUniform() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// Draws an integer without bias, by Lemire's multiplication with rejection (2019, algorithm 5).
  package mutating func int(in range: ClosedRange<Int>) -> Int {
    let width = UInt64(bitPattern: Int64(range.upperBound &- range.lowerBound))
    guard width < .max else { return Int(bitPattern: UInt(next())) }
    let count = width + 1
    let threshold = (0 &- count) % count
    while true {
      let product = next().multipliedFullWidth(by: count)
      if product.low >= threshold {
        return range.lowerBound &+ Int(truncatingIfNeeded: product.high)
      }
    }
  }

  /// Draws from N(0, 1), by Marsaglia's polar method (1964); the second value is discarded.
  package mutating func normal() -> Double {
    while true {
      let x = 2 * nextUniform() - 1
      let y = 2 * nextUniform() - 1
      let square = x * x + y * y
      if square > 0, square < 1 {
        return x * (-2 * DeterministicMath.logarithm(square) / square).squareRoot()
      }
    }
  }

  /// Chooses an element uniformly.
  /// - Precondition: `elements` is not empty.
  package mutating func choose<T>(_ elements: [T]) -> T {
    precondition(!elements.isEmpty)
    return elements[int(in: 0...(elements.count - 1))]
  }

  /// Shuffles in place (Fisher–Yates, from the end).
  package mutating func shuffle<T>(_ elements: inout [T]) {
    guard elements.count > 1 else { return }
    for index in stride(from: elements.count - 1, through: 1, by: -1) {
      elements.swapAt(index, int(in: 0...index))
    }
  }

  /// Draws an index with probability proportional to its weight.
  /// - Precondition: no weight is negative, some weight is positive, their sum is finite.
  package mutating func weightedIndex(_ weights: [Double]) -> Int {
    let total = weights.reduce(0, +)
    precondition(weights.allSatisfy { $0 >= 0 } && total > 0 && total.isFinite)
    let point = nextUniform() * total
    var sum = 0.0
    var last = 0
    for (index, weight) in weights.enumerated() where weight > 0 {
      sum += weight
      last = index
      if point < sum { return index }
    }
    return last
  }

  private static func words(of text: String) -> [UInt64] {
    var words: [UInt64] = []
    for (index, byte) in text.utf8.enumerated() {
      if index % 8 == 0 { words.append(0) }
      words[words.count - 1] |= UInt64(byte) << UInt64(index % 8 * 8)
    }
    return words
  }
}

/// Mixes words one after another with the finaliser of SplitMix64 (Steele et al. 2014).
private struct NameHash {
  private(set) var value: UInt64

  init(basis: UInt64) { value = basis }

  mutating func mix(_ word: UInt64) {
    value = Self.finalized(value ^ Self.finalized(word &+ 0x9E37_79B9_7F4A_7C15))
    value &+= 0x9E37_79B9_7F4A_7C15
  }

  private static func finalized(_ word: UInt64) -> UInt64 {
    var word = word
    word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
    return word ^ word >> 31
  }
}
