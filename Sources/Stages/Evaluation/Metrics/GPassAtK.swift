import Fields
import Reasoning
import Reporting

/// G-Pass@k_τ: the probability that at least ⌈τ k⌉ of k responses are right (Liu et al. 2024,
/// LiveMathBench, arXiv 2412.13147).
///
/// τ is read as the decimal fraction that is written. In binary floating point 0.28 · 25 is more
/// than 7, so that its ceiling would be 8.
package struct GPassAtK: Metric {
  static let all = GPassMetrics()

  let k: Int
  /// τ as it is written.
  let threshold: String
  /// ⌈τ k⌉.
  let least: Int

  /// - Parameter threshold: `1`, or `0.` and decimals.
  init(k: Int, threshold: String) {
    self.k = k
    self.threshold = threshold
    let decimals = threshold.dropFirst(2)
    let scale = decimals.reduce(1) { value, _ in value * 10 }
    // The parts of k are multiplied apart, so that no product overflows, however large k is.
    let share = Int(decimals) ?? 1
    let (whole, rest) = k.quotientAndRemainder(dividingBy: scale)
    least = whole * share + (rest * share + scale - 1) / scale
  }

  package var name: String { "g_pass@\(k)_\(threshold)" }
  package var meaning: String { "chance that at least \(least) of \(k) responses are right" }
  package var axisLabel: String { "share right in \(least) or more of \(k) responses" }
  package let unit = MetricUnit.share
  package var responsesNeeded: Int { k }

  package var computation: MetricComputation {
    .overDraws { samples in
      SubsetScore.pass(
        atLeast: least, samples.count(where: \.isCorrect), of: samples.count, drawing: k)
    }
  }
}

/// The metrics `g_pass@B_T`, one for every k = B and τ = T.
struct GPassMetrics: MetricEntry {
  let choice = Choice(
    "g_pass@B_T",
    "chance that the share T or more of B of a question's responses is right: g_pass@8_0.5")

  func metric(named name: String) -> (any Metric)? {
    guard choice.accepts(name), let prefix = choice.numbered else { return nil }
    let parts = name.dropFirst(prefix.count).split(separator: "_")
    return Int(parts[0]).map { GPassAtK(k: $0, threshold: String(parts[1])) }
  }
}

/// mG-Pass@k: (2 / k) Σ G-Pass@k_{i/k} over i from ⌈k / 2⌉ + 1 to k, which is the area under
/// G-Pass@k_τ for τ above one half, doubled (the same paper).
package struct MeanGPassAtK: Metric {
  static let all = NumberedMetrics(
    "mg_pass@B", "mean of g_pass@B_T over shares T above one half: mg_pass@8"
  ) { MeanGPassAtK(k: $0) }

  let k: Int

  package var name: String { "mg_pass@\(k)" }
  package var meaning: String { "mean of g_pass@\(k)_T over T above one half" }
  package var axisLabel: String { "mean G-Pass@\(k) above one half" }
  package let unit = MetricUnit.share
  package var responsesNeeded: Int { k }

  package var computation: MetricComputation {
    .overDraws { samples in
      guard samples.count >= k else { return nil }
      let right = samples.count(where: \.isCorrect)
      let chances = stride(from: (k + 1) / 2 + 1, through: k, by: 1).map {
        SubsetScore.pass(atLeast: $0, right, of: samples.count, drawing: k)
      }
      return min(1, 2 / Double(k) * chances.reduce(0) { $0 + ($1 ?? 0) })
    }
  }
}
