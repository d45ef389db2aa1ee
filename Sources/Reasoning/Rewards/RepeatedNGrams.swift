/// Counts the n-grams of a sequence that stood in it before.
package enum RepeatedNGrams {
  /// 1 − distinct n-grams / n-grams: 0 without any repetition, near 1 for a loop. Nil if there are
  /// fewer than n tokens.
  ///
  /// Its time grows with the length alone, whatever n is, but for comparing n-grams that are equal.
  /// A rolling hash finds them, and they are compared, so the count is exact.
  package static func share(of tokens: [Int32], n: Int) -> Double? {
    guard n > 0, tokens.count >= n else { return nil }
    let total = tokens.count - n + 1
    var first: [UInt64: Int] = [:]
    first.reserveCapacity(total)
    var power: UInt64 = 1
    for _ in 1..<max(1, n) { power &*= factor }
    var hash = tokens[..<n].reduce(0) { $0 &* factor &+ value($1) }
    // The n-gram that the one before repeated: in a loop, the next repeats its successor.
    var match: Int?
    for start in 0..<total {
      if start > 0 {
        hash = (hash &- value(tokens[start - 1]) &* power) &* factor &+ value(tokens[start + n - 1])
      }
      if let last = match, tokens[last + n] == tokens[start + n - 1] {
        match = last + 1
        continue
      }
      match = nil
      var key = mixed(hash)
      while let place = first[key] {
        if tokens[place..<place + n].elementsEqual(tokens[start..<start + n]) {
          match = place
          break
        }
        key &+= 1
      }
      if match == nil { first[key] = start }
    }
    return 1 - Double(first.count) / Double(total)
  }

  private static let factor: UInt64 = 0x9e37_79b9_7f4a_7c15

  private static func value(_ token: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: token)) &* 0xbf58_476d_1ce4_e5b9 &+ 1
  }

  private static func mixed(_ hash: UInt64) -> UInt64 {
    var z = hash
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
