/// logit ← logit / temperature. Temperature 0 takes the likeliest token and changes nothing.
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
