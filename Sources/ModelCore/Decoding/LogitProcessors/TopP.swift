import TensorCore

/// Keeps the smallest set of most likely tokens whose total probability reaches p (Holtzman et al.
/// 2020, arXiv 1904.09751 § 3.1). Equally likely tokens are ranked by id.
package struct TopP: LogitProcessor {
  private let p: Double

  package init?(_ settings: SamplingSettings) {
    guard settings.topP < 1 else { return nil }
    p = settings.topP
  }

  package func process(_ logits: inout MutableSpan<Float>, _ context: SamplingContext) {
    var largest = -Float.infinity
    for id in logits.indices where logits[id] > largest { largest = logits[id] }
    let weights = ElementaryKernels.exponentials(of: logits.indices.map { logits[$0] - largest })
    let goal = p * weights.reduce(0.0) { $0 + Double($1) }
    var reached = 0.0
    var ranking = Ranking(of: logits.span)
    ranking.keepFirst(in: &logits) { id, _ in
      defer { reached += Double(weights[id]) }
      return reached < goal
    }
  }
}
