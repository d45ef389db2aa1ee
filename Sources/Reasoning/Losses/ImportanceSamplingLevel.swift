import Fields

/// The level at which the ratio π / πold is computed.
package enum ImportanceSamplingLevel: String, FieldChoice, Hashable {
  case token, sequence

  package var meaning: String {
    switch self {
    case .token: "each token's own ratio"
    case .sequence: "the geometric mean of the ratios of its sequence (GSPO)"
    }
  }

  /// Returns the log-ratio for every token of a sequence.
  ///
  /// For sequences: Zheng et al. 2025, GSPO (arXiv 2507.18071), s = (π(y) / πold(y))^(1/|y|), eq.
  /// 7; as in their GSPO-token, eq. 13 and 14, each token's gradient goes through its own
  /// log-probability, which is the same if the tokens of a sequence share one advantage.
  package func logRatios(_ ratios: [Double]) -> [Double] {
    guard self == .sequence, !ratios.isEmpty else { return ratios }
    let mean = ratios.reduce(0, +) / Double(ratios.count)
    return ratios.map { _ in mean }
  }
}
