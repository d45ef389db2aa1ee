package import Fields
import Reporting

/// The efficiency–effectiveness equilibrium E³ of EffiReason-Bench (Huang et al. 2025, arXiv
/// 2511.10201), a function of constant elasticity of substitution of the relative accuracy
/// a = A / A₀ and the token saving s = L₀ / L against a base:
///
///     E³ = (w a^ρ + (1 − w) s^ρ)^(1/ρ), and a^w s^(1 − w) for ρ = 0.
///
/// The base itself has 1. The paper takes the base's accuracy for w and ρ = −1, a weighted harmonic
/// mean; here both are declared.
package struct EfficiencyEffectivenessScore: Score {
  package var label = ""
  package var weight = 0.0
  package var rho = 0.0

  package init() {}

  package static let name = "e3"
  package static let meaning =
    "weighted power mean of relative accuracy and token saving against a base (E³)"
  package static let header = "E³"
  package static let axisLabel = "efficiency–effectiveness score E³"
  package static let unit = MetricUnit.number
  package static var fields: [Field<EfficiencyEffectivenessScore>] {
    [
      .string("base", \.label, "The label of the base's results", .semantic, required: true),
      .float(
        "weight", \.weight, .unit, "The weight of accuracy; that of tokens is the rest to 1",
        .semantic, required: true),
      .float(
        "rho", \.rho, FloatRange(-100, 1),
        "The exponent: −1 for a harmonic mean, 0 for a geometric one, 1 for an arithmetic one",
        .semantic, required: true),
    ]
  }

  package var base: String? { label }

  package var computation: MetricComputation {
    .composed { results, filter in
      let metrics: [any Metric] = [Accuracy(), MeanTokens()]
      return results.score(of: metrics, against: label, filter) { figures in
        guard figures[2] > 0, figures[1] > 0 else { return nil }
        return PowerMean.of(
          figures[0] / figures[2], figures[3] / figures[1], weight: weight, exponent: rho)
      }
    }
  }

  package var note: String {
    "E³: power mean with ρ = \(NumberFormat.shortest(rho)) of accuracy over that of '\(label)' "
      + "(weight \(NumberFormat.shortest(weight))) and of its tokens over one's own."
  }
}
