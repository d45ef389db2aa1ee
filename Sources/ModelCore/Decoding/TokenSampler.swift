/// Draws a token from a row of probabilities.
///
/// Filters apply in Hugging Face's order: top-k, then top-p of what is left, then min-p. Top-p
/// follows Holtzman et al. 2020 (arXiv 1904.09751 § 3.1): the smallest set of likeliest tokens whose
/// share reaches p. Min-p follows Nguyen et al. 2024 (arXiv 2407.01082). Equally likely
/// tokens are ranked by id. Sums are in double precision and in a fixed order, so that a probability
/// row and a number decide the token on every machine.
package struct TokenSampler: Sendable {
  private let settings: SamplingSettings

  package init(_ settings: SamplingSettings) { self.settings = settings }

  /// - Parameters:
  ///   - probabilities: of every id, at least one of them positive; they need not add up to 1.
  ///   - uniform: in [0, 1).
  package func token(_ probabilities: Span<Float>, uniform: Double) -> Int32 {
    if settings.temperature == 0 { return likeliest(probabilities) }
    let isFiltered = settings.topK > 0 || settings.topP < 1 || settings.minP > 0
    return isFiltered
      ? draw(from: kept(probabilities), probabilities, uniform)
      : draw(from: probabilities.indices, probabilities, uniform)
  }

  private func likeliest(_ probabilities: Span<Float>) -> Int32 {
    var best = 0
    for id in probabilities.indices where probabilities[id] > probabilities[best] { best = id }
    return Int32(best)
  }

  /// Inverse of the cumulative distribution, in id order.
  private func draw(
    from ids: some Collection<Int>, _ probabilities: Span<Float>, _ uniform: Double
  ) -> Int32 {
    var total = 0.0
    for id in ids { total += Double(probabilities[id]) }
    let target = uniform * total
    var reached = 0.0
    var last = 0
    for id in ids where probabilities[id] > 0 {
      reached += Double(probabilities[id])
      last = id
      if reached > target { break }
    }
    // Rounding may leave the target just above the last sum: the last possible token is meant.
    return Int32(last)
  }

  /// The ids that survive the filters, ascending; at least one.
  private func kept(_ probabilities: Span<Float>) -> [Int] {
    var ranked = probabilities.indices.filter { probabilities[$0] > 0 }
    ranked.sort {
      probabilities[$0] != probabilities[$1] ? probabilities[$0] > probabilities[$1] : $0 < $1
    }
    if settings.topK > 0 { ranked = Array(ranked.prefix(settings.topK)) }
    if settings.topP < 1 {
      let total = ranked.reduce(0.0) { $0 + Double(probabilities[$1]) }
      var reached = 0.0
      let count = ranked.firstIndex {
        reached += Double(probabilities[$0])
        return reached >= settings.topP * total
      }
      if let count { ranked = Array(ranked.prefix(count + 1)) }
    }
    if settings.minP > 0, let first = ranked.first {
      let floor = settings.minP * Double(probabilities[first])
      ranked = ranked.filter { Double(probabilities[$0]) >= floor }
    }
    return ranked.sorted()
  }
}
