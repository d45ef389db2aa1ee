package import Fields
import Reporting

/// OptimalThinkingBench's AUC of the overthinking-adjusted accuracy (Aggarwal et al. 2025, arXiv
/// 2508.13141): a response with T thinking tokens counts at the threshold t if it is right and
/// T ≤ t, and the share that counts is averaged over all t from 0 to t_max. For one response,
///
///     (1 / t_max) ∫₀^t_max [right, T ≤ t] dt = [right] max(0, 1 − T / t_max).
///
/// This is the mean of that over responses. The product of the mean accuracy and of
/// max(0, 1 − mean T / t_max) is something else: it lets long wrong responses lower the score of
/// short right ones.
package struct OverthinkingAdjustedArea: Score {
  package var tMax = 0

  package init() {}

  package static let name = "otb_auc"
  package static let meaning =
    "accuracy that is right within t thinking tokens, averaged over t up to t_max (AUC of OAA)"
  package static let header = "AUC OAA"
  package static let axisLabel = "area under overthinking-adjusted accuracy"
  package static let unit = MetricUnit.share
  package static var fields: [Field<OverthinkingAdjustedArea>] { [.tMax(\.tMax)] }

  package var computation: MetricComputation {
    .overQuestions { question, _ in
      question.mean { Self.share($0, tMax) }
    }
  }

  /// The share of thresholds at which a response counts.
  private static func share(_ record: ResponseRecord, _ tMax: Int) -> Double {
    guard record.isFinished, record.isCorrect else { return 0 }
    return max(0, 1 - Double(record.thinkingTokenCount) / Double(tMax))
  }

  package var note: String {
    "AUC OAA: share right within t thinking tokens, averaged over t from 0 to \(tMax)."
  }
}

extension Field where Root: FieldGroup {
  static func tMax(_ path: WritableKeyPath<Root, Int>) -> Field {
    .int(
      "t_max", path, 1...16_777_216, unit: .tokens,
      "The number of thinking tokens from which on a right response is worth nothing", .semantic,
      required: true)
  }
}
