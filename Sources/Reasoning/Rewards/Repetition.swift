package import Fields

/// (1 - distinct n-grams / n-grams) of a response's tokens, times `max_penalty`.
///
/// Yeo et al. 2025 (arXiv 2502.03373), appendix C.2, in the form of the repetition penalty of TRL
/// and Open-R1: one amount per response. The paper's penalty is dense: one per repeated token, with
/// its own discount of 0.99. A response of fewer than n tokens has no repetition.
package struct Repetition: RewardTerm {
  package var ngramSize = 3
  package var maxPenalty = 0.0

  package init() {}

  package init(ngramSize: Int, maxPenalty: Double) {
    self.ngramSize = ngramSize
    self.maxPenalty = maxPenalty
  }

  package static let name = "repetition"
  package static let meaning = "Takes reward from responses that repeat themselves"
  package static var fields: [Field<Repetition>] {
    [
      .int(
        "ngram_size", \.ngramSize, 1...1000, unit: .tokens, "Tokens that are compared together",
        .semantic, required: true),
      .float(
        "max_penalty", \.maxPenalty,
        FloatRange(-.infinity, 0, excludesLower: true),
        "Limit of the penalty for a response that only repeats; not positive", .semantic,
        required: true),
    ]
  }

  package var range: ClosedRange<Double>? { min(maxPenalty, 0)...0 }

  package func values(for group: ResponseGroup) -> [Double] {
    group.responses.indices.map { index in
      let tokens = group.tokens.indices.contains(index) ? group.tokens[index] : []
      return RepeatedNGrams.share(of: tokens, n: ngramSize).map { $0 * maxPenalty } ?? 0
    }
  }
}
