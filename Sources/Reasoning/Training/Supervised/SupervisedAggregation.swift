import Fields

/// The divisor of the losses of a step's learned tokens. The counts are those of the whole step,
/// never of a micro-batch. The names are those of `LossAggregation`.
package enum SupervisedAggregation: String, FieldChoice {
  /// Σ l / (prompts_per_step · loss_scale_factor): a token weighs the same in every step.
  case sequenceMeanTokenSumNorm = "seq-mean-token-sum-norm"
  /// Σ l / the number of learned tokens.
  case tokenMean = "token-mean"

  package var meaning: String {
    switch self {
    case .sequenceMeanTokenSumNorm:
      "sum over tokens, divided by prompts_per_step times loss_scale_factor"
    case .tokenMean: "mean over the learned tokens of the step"
    }
  }

  /// - Parameters:
  ///   - rows: examples of a step, or rows of packed ones.
  func divisor(
    of examples: [SupervisedExample], rows: Int, lossScaleFactor: Double
  ) -> Double {
    switch self {
    case .sequenceMeanTokenSumNorm: Double(rows) * lossScaleFactor
    case .tokenMean: Double(examples.reduce(0) { $0 + $1.learnedCount })
    }
  }
}
