/// A digest of a prompt that never changes: it is the same on every machine, in every process and
/// build.
///
/// FNV-1a, 64 bits (Fowler, Noll, Vo; offset basis and prime as published), followed by the
/// finaliser of SplitMix64 (Steele, Lea and Flood 2014), so that the low and the high half are each
/// uniform and independent of one another. Not cryptographic.
package enum PromptDigest {
  package static func of(_ prompt: String) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in prompt.utf8 {
      hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
    }
    hash = (hash ^ (hash >> 30)) &* 0xBF58_476D_1CE4_E5B9
    hash = (hash ^ (hash >> 27)) &* 0x94D0_49BB_1331_11EB
    return hash ^ (hash >> 31)
  }

  /// A number in 0...99 from the low half; it decides a prompt's part.
  static func partPercentile(_ digest: UInt64) -> Int { Int((digest & 0xFFFF_FFFF) % 100) }

  /// A number in 0...99 from the high half; it decides the difficulty that owns a prompt.
  static func ownerPercentile(_ digest: UInt64) -> Int { Int((digest >> 32) % 100) }
}
