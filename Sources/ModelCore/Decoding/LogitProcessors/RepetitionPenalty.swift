/// Makes tokens less likely that already occurred in the prompt or the response.
///
/// Keskar et al. 2019 (CTRL, arXiv 1909.05858 § 4.1), in Hugging Face's form: a positive logit is
/// divided by the penalty, a negative one multiplied by it, once, however often the token occurred.
package struct RepetitionPenalty: LogitProcessor {
  private let penalty: Float

  package init?(_ settings: SamplingSettings) {
    guard settings.repetitionPenalty != 1 else { return nil }
    penalty = Float(settings.repetitionPenalty)
  }

  package func process(_ logits: inout MutableSpan<Float>, _ context: SamplingContext) {
    var isSeen = [Bool](repeating: false, count: logits.count)
    for token in context.tokens where !isSeen[Int(token)] {
      isSeen[Int(token)] = true
      let logit = logits[Int(token)]
      logits[Int(token)] = logit < 0 ? logit * penalty : logit / penalty
    }
  }
}
