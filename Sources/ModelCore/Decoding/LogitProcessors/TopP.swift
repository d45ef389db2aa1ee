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
    // Removed tokens have no weight; after top-k they are nearly all.
    var ids: [Int] = []
    var differences: [Float] = []
    for id in logits.indices where logits[id] != -.infinity {
      ids.append(id)
      differences.append(logits[id] - largest)
    }
    let exponentials = ElementaryKernels.exponentials(of: differences)
    var weights = [Float](repeating: 0, count: logits.count)
    var total = 0.0
    for (id, weight) in zip(ids, exponentials) {
      weights[id] = weight
      total += Double(weight)
    }
    let goal = p * total
    var reached = 0.0
    Ranking(of: logits.span).keepFirst(in: &logits) { id, _ in
      defer { reached += Double(weights[id]) }
      return reached < goal
    }
  }
}
