import Fields

/// The divisor applied to advantages after the estimator has subtracted its baseline.
///
/// The first three follow TRL's GRPO trainer: the divisor is the sample standard deviation (n - 1
/// in the denominator) of the *rewards* plus 1e-4. The last is applied to the advantages of tokens,
/// by `TokenWhitening`.
package enum RewardScaling: String, FieldChoice, Hashable {
  case group, batch, none
  case batchTokens = "batch_tokens"

  package var meaning: String {
    switch self {
    case .group:
      "by the standard deviation of the prompt's rewards; cancels the size of small differences"
    case .batch: "by the standard deviation of all rewards of the rollout"
    case .none: "by nothing"
    case .batchTokens:
      "by the standard deviation of all token advantages of the rollout, their mean subtracted"
    }
  }

  /// Keeps the division finite where all rewards are equal.
  static let epsilon = 1e-4

  /// Returns the advantages of a rollout.
  /// - Parameter groups: for each prompt, the rewards of its responses.
  package func advantages(
    rewards groups: [[Double]], estimator: any AdvantageEstimator
  ) -> [[Double]] {
    scaled(groups.map { estimator.advantages(rewards: $0) }, rewards: groups)
  }

  /// Divides advantages as this case says.
  /// - Parameters:
  ///   - advantages: for each prompt, the advantages of its responses.
  ///   - groups: for each prompt, the rewards that the estimator saw.
  package func scaled(_ advantages: [[Double]], rewards groups: [[Double]]) -> [[Double]] {
    switch self {
    case .none, .batchTokens:
      return advantages
    case .group:
      return zip(advantages, groups).map { advantages, rewards in
        let divisor = Self.standardDeviation(rewards) + Self.epsilon
        return advantages.map { $0 / divisor }
      }
    case .batch:
      let divisor = Self.standardDeviation(groups.flatMap { $0 }) + Self.epsilon
      return advantages.map { $0.map { $0 / divisor } }
    }
  }

  /// Sample standard deviation (divisor n - 1); zero for fewer than two values and for equal
  /// values.
  ///
  /// `Statistics` of Reporting has another: its mean is a plain sum, so that equal values may leave
  /// a rounding error, which here would be divided by and move the weights.
  package static func standardDeviation(_ values: [Double]) -> Double {
    guard values.count > 1 else { return 0 }
    let mean = GroupMean(values).value
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(values.count - 1)).squareRoot()
  }
}
