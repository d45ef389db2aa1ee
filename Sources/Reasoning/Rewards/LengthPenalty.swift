package import Fields
import TensorCore

/// Takes -α σ((L - μ) / (s + 1e-7)) from correct responses, so that with correctness
/// r = 1{correct} (1 - α σ((L - μ) / (s + 1e-7))).
///
/// Arora and Zanette 2025 (arXiv 2502.04463), eq. 4 and 5, with 1e-7 as in their released code. L is
/// the response's length; μ and s are mean and population standard deviation over the group's
/// correct responses. With one correct response, or equal lengths, r = 1 - α/2. A correct response
/// stays above every wrong one.
package struct LengthPenalty: RewardTerm {
  package enum Shape: String, FieldChoice {
    case sigmoid
    package var meaning: String { "the logistic function of the length's z-score" }
  }

  package enum Target: String, FieldChoice {
    case correct
    package var meaning: String { "correct responses, compared with one another" }
  }

  package var type = Shape.sigmoid
  package var alpha = 0.0
  package var applyTo = Target.correct

  package init() {}

  package init(alpha: Double) { self.alpha = alpha }

  package static let name = "length_penalty"
  package static let meaning = "Takes reward from long responses"
  package static var fields: [Field<LengthPenalty>] {
    [
      .choice("type", \.type, "The penalty's shape", .semantic),
      .float("alpha", \.alpha, .unit, "The most it takes; 0 for none", .semantic, required: true),
      .choice("apply_to", \.applyTo, "Which responses it applies to", .semantic),
    ]
  }

  package func values(for group: ResponseGroup) -> [Double] {
    let lengths = group.responses.filter(\.isCorrect).map { Double($0.tokenCount) }
    let mu = lengths.reduce(0, +) / Double(lengths.count)
    let variance = lengths.reduce(0) { $0 + ($1 - mu) * ($1 - mu) } / Double(lengths.count)
    let sd = variance.squareRoot()
    return group.responses.map { response in
      guard response.isCorrect else { return 0 }
      return -alpha * sigmoid((Double(response.tokenCount) - mu) / (sd + 1e-7))
    }
  }

  /// σ(x) = 1 / (1 + e^-x).
  private func sigmoid(_ x: Double) -> Double { 1 / (1 + DeterministicMath.exponential(-x)) }
}
