package import Fields
import Reporting

/// OptimalThinkingBench's F1 (Aggarwal et al. 2025, arXiv 2508.13141): the harmonic mean of the
/// `OverthinkingAdjustedArea` on easy problems and of the accuracy on hard ones.
///
///     F1 = 2 · AUC · accuracy / (AUC + accuracy), 0 where both are 0.
package struct OptimalThinkingF1: Score {
  package var tMax = 0
  package var overthinking: [String] = []
  package var underthinking: [String] = []

  package init() {}

  package static let name = "otb_f1"
  package static let meaning =
    "harmonic mean of otb_auc on easy splits and accuracy on hard splits (F1)"
  package static let header = "F1"
  package static let axisLabel = "F1 of over- and underthinking"
  package static let unit = MetricUnit.number
  package static var fields: [Field<OptimalThinkingF1>] {
    [
      .tMax(\.tMax),
      .strings(
        "overthinking", \.overthinking, count: 1...64,
        "The splits of easy problems, on which thinking is waste", .semantic, required: true),
      .strings(
        "underthinking", \.underthinking, count: 1...64,
        "The splits of hard problems, on which thinking is needed", .semantic, required: true),
    ]
  }

  package func issues() -> [FieldIssue] {
    FieldIssue.repeats(in: overthinking, at: "overthinking")
      + underthinking.enumerated().filter { overthinking.contains($0.element) }.map {
        FieldIssue(
          ["underthinking", String($0.offset)],
          "'\($0.element)' is a split of overthinking already")
      } + FieldIssue.repeats(in: underthinking, at: "underthinking")
  }

  package var ownSplits: [(field: String, splits: [String])] {
    [("overthinking", overthinking), ("underthinking", underthinking)]
  }

  package var computation: MetricComputation {
    .composed { results, filter in
      var area = OverthinkingAdjustedArea()
      area.tMax = tMax
      var (easy, hard) = (filter, filter)
      easy.splits = overthinking
      hard.splits = underthinking
      guard let over = results.own.grid(of: ScoreMetric(score: area), easy),
        let under = results.own.grid(of: Accuracy(), hard)
      else { return nil }
      return GridFunction([
        .init(over, problems: "overthinking"), .init(under, problems: "underthinking"),
      ]) { figures in
        let sum = figures[0] + figures[1]
        return sum > 0 ? 2 * figures[0] * figures[1] / sum : 0
      }
    }
  }

  package var note: String {
    "F1: harmonic mean of the AUC OAA up to \(tMax) on "
      + "\(overthinking.joined(separator: ", ")) and of accuracy on "
      + "\(underthinking.joined(separator: ", "))."
  }
}
