/// Allows only one token at given positions, whatever its logit and even if it is banned.
package struct ForcedTokens: LogitProcessor {
  private let forced: [Int: Int32]

  package init?(_ settings: SamplingSettings) {
    guard !settings.forcedTokens.isEmpty else { return nil }
    forced = settings.forcedTokens
  }

  package func process(_ logits: inout MutableSpan<Float>, _ context: SamplingContext) {
    guard let token = forced[context.position] else { return }
    for id in logits.indices { logits[id] = id == Int(token) ? 0 : -.infinity }
  }
}
