package import Fields

/// The fields that decide how the losses of tokens add up.
package struct AggregationConfiguration: FieldGroup, Hashable {
  package var mode = LossAggregation.tokenMean
  package var scaleFactor: Double?

  package init() {}

  package static let meaning = "The way in which the losses of tokens are averaged"
  package static var fields: [Field<AggregationConfiguration>] {
    [
      .choice("loss_agg_mode", \.mode, meaning, .semantic, required: true),
      .float(
        "loss_scale_factor", \.scaleFactor, .positive,
        "The divisor of seq-mean-token-sum-norm; absent for max_new_tokens", .semantic),
    ]
  }

  package func issues() -> [FieldIssue] {
    guard scaleFactor != nil, mode != .sequenceMeanTokenSumNorm else { return [] }
    return [
      FieldIssue(
        ["loss_scale_factor"],
        "loss_scale_factor has no effect with loss_agg_mode '\(mode.rawValue)'",
        help: "only 'seq-mean-token-sum-norm' divides by it")
    ]
  }

  /// Returns the weight of each sequence's tokens.
  package func weights(tokenCounts: [Int], maxNewTokens: Int) -> [Double] {
    mode.weights(tokenCounts: tokenCounts, scaleFactor: scaleFactor ?? Double(maxNewTokens))
  }
}

/// Adds up the losses of tokens to the loss of a global batch.
///
/// There are n sequences of T_i tokens with token losses l_it. The counts are always those of the
/// whole batch of one optimiser step, never of a micro-batch, and include sequences whose advantage
/// is zero: leaving those out of the backward pass must not change the gradient. A masked sequence
/// still counts in n, as in TRL; verl leaves it out. An episode with summaries is one sequence.
package enum LossAggregation: String, FieldChoice, Hashable {
  /// Σ_i Σ_t l_it / Σ_i T_i. DAPO (arXiv 2503.14476, eq. 8).
  case tokenMean = "token-mean"
  /// (1/n) Σ_i (1/T_i) Σ_t l_it. GRPO as published (Shao et al. 2024, arXiv 2402.03300, eq. 3).
  case sequenceMeanTokenMean = "seq-mean-token-mean"
  /// (1/n) Σ_i Σ_t l_it.
  case sequenceMeanTokenSum = "seq-mean-token-sum"
  /// (1/n) Σ_i Σ_t l_it / C with a constant C. Dr. GRPO (Liu et al. 2025, arXiv 2503.20783). verl's
  /// mode of the same name leaves out 1/n.
  case sequenceMeanTokenSumNorm = "seq-mean-token-sum-norm"

  package var meaning: String {
    switch self {
    case .tokenMean: "mean over all tokens of the batch"
    case .sequenceMeanTokenMean:
      "mean over each response's tokens, then over responses; favours short right answers"
    case .sequenceMeanTokenSum: "sum over each response's tokens, mean over responses"
    case .sequenceMeanTokenSumNorm:
      "sum over each response's tokens divided by loss_scale_factor, mean over responses"
    }
  }

  /// Returns one weight per sequence, which applies to each of its tokens: the batch's loss is Σ_i
  /// weights[i] Σ_t l_it.
  ///
  /// A sequence without tokens (because it is masked) has weight 0 and still counts in n.
  /// - Parameter scaleFactor: C above; used by `seq-mean-token-sum-norm` only.
  package func weights(tokenCounts: [Int], scaleFactor: Double) -> [Double] {
    let n = Double(tokenCounts.count)
    let total = Double(tokenCounts.reduce(0, +))
    return tokenCounts.map { count in
      guard count > 0 else { return 0 }
      return switch self {
      case .tokenMean: 1 / total
      case .sequenceMeanTokenMean: 1 / (n * Double(count))
      case .sequenceMeanTokenSum: 1 / n
      case .sequenceMeanTokenSumNorm: 1 / (n * scaleFactor)
      }
    }
  }
}
