/// Removes tokens that must never be sampled.
package struct BannedTokens: LogitProcessor {
  private let banned: [Int32]

  package init?(_ settings: SamplingSettings) {
    guard !settings.bannedTokens.isEmpty else { return nil }
    banned = settings.bannedTokens
  }

  package func process(_ logits: inout MutableSpan<Float>, _ context: SamplingContext) {
    for id in banned { logits[Int(id)] = -.infinity }
  }
}
