/// Keeps the k most likely tokens; of equally likely tokens, those with lower ids.
package struct TopK: LogitProcessor {
  private let k: Int

  package init?(_ settings: SamplingSettings) {
    guard settings.topK > 0 else { return nil }
    k = settings.topK
  }

  package func process(_ logits: inout MutableSpan<Float>, _ context: SamplingContext) {
    guard k < logits.count else { return }
    Ranking(of: logits.span).keepFirst(in: &logits) { _, rank in rank < k }
  }
}
