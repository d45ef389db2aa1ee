import TensorCore

/// Keeps tokens whose probability is at least `minP` times that of the most likely token (Nguyen et
/// al. 2024, arXiv 2407.01082): logit - largest logit ≥ ln minP.
package struct MinP: LogitProcessor {
  private let margin: Double

  package init?(_ settings: SamplingSettings) {
    guard settings.minP > 0 else { return nil }
    margin = DeterministicMath.logarithm(settings.minP)
  }

  package func process(_ logits: inout MutableSpan<Float>, _ context: SamplingContext) {
    var largest = -Float.infinity
    for id in logits.indices where logits[id] > largest { largest = logits[id] }
    for id in logits.indices where Double(logits[id]) - Double(largest) < margin {
      logits[id] = -.infinity
    }
  }
}
