package import Fields
import Reporting

/// The accuracy–efficiency score of O1-Pruner (Luo et al. 2025, arXiv 2501.12570): with the
/// relative changes ΔL = (L₀ − L) / L₀ of the mean length and ΔA = (A − A₀) / A₀ of the accuracy
/// from those of a base,
///
///     AES = α ΔL + β ΔA   where ΔA ≥ 0,
///     AES = α ΔL − γ |ΔA| where ΔA < 0.
///
/// O1-Pruner has (α, β, γ) = (1, 3, 5); others (1, 5, 10). L counts all tokens of a response.
package struct AccuracyEfficiencyScore: Score {
  package var label = ""
  package var alpha = 0.0
  package var beta = 0.0
  package var gamma = 0.0

  package init() {}

  package static let name = "aes"
  package static let meaning =
    "weighted relative changes of mean length and accuracy from a base (O1-Pruner's AES)"
  package static let header = "AES"
  package static let axisLabel = "accuracy–efficiency score"
  package static let unit = MetricUnit.number
  package static var fields: [Field<AccuracyEfficiencyScore>] {
    [
      .string("base", \.label, "The label of the base's results", .semantic, required: true),
      .float(
        "alpha", \.alpha, .nonNegative, "The weight of the share of tokens saved", .semantic,
        required: true),
      .float(
        "beta", \.beta, .nonNegative, "The weight of a relative gain of accuracy", .semantic,
        required: true),
      .float(
        "gamma", \.gamma, .nonNegative, "The weight of a relative loss of accuracy", .semantic,
        required: true),
    ]
  }

  package var base: String? { label }

  package var computation: MetricComputation {
    .composed { results, filter in
      let metrics: [any Metric] = [Accuracy(), MeanTokens()]
      return results.score(of: metrics, against: label, filter) { figures in
        score(accuracy: (figures[0], figures[2]), tokens: (figures[1], figures[3]))
      }
    }
  }

  /// Returns nil if the base has no accuracy or no length to divide by.
  func score(
    accuracy: (own: Double, base: Double), tokens: (own: Double, base: Double)
  ) -> Double? {
    guard accuracy.base > 0, tokens.base > 0 else { return nil }
    let saved = (tokens.base - tokens.own) / tokens.base
    let gained = (accuracy.own - accuracy.base) / accuracy.base
    return alpha * saved + (gained < 0 ? gamma : beta) * gained
  }

  package var note: String {
    "AES: \(NumberFormat.shortest(alpha)) × share of tokens saved + "
      + "\(NumberFormat.shortest(beta)) × relative gain of accuracy, or − "
      + "\(NumberFormat.shortest(gamma)) × relative loss, each from '\(label)'."
  }
}
