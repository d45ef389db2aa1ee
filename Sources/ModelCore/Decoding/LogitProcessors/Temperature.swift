/// logit ← logit / temperature. At temperature 0 logits stay as they are and the most likely token
/// is taken.
package struct Temperature: LogitProcessor {
  private let inverse: Float

  package init?(_ settings: SamplingSettings) {
    guard settings.temperature != 0, settings.temperature != 1 else { return nil }
    inverse = 1 / Float(settings.temperature)
  }

  package func process(_ logits: inout MutableSpan<Float>, _ context: SamplingContext) {
    for id in logits.indices { logits[id] *= inverse }
  }
}
