import Fields
import PipelineCore
import Reporting
import Stages

/// The text of a run difference for people.
struct DiffText {
  let difference: RunDifference
  let width: Int
  let showsSamples: Bool

  init(_ difference: RunDifference, width: Int, showsSamples: Bool) {
    self.difference = difference
    self.width = width
    self.showsSamples = showsSamples
  }

  var rendered: String {
    if difference.isEmpty { return "no differences" }
    var parts: [String] = []
    if !difference.cautions.isEmpty {
      parts.append(
        "NOT COMPARABLE\n" + difference.cautions.map { "  \($0)\n" }.joined())
    }
    if !difference.fields.isEmpty {
      parts.append(
        "Fields\n"
          + difference.fields.map { "  \($0.path): \($0.before) → \($0.now)\n" }.joined())
    }
    for (title, addresses) in [
      ("Only before", difference.onlyBefore), ("Only now", difference.onlyNow),
    ] where !addresses.isEmpty {
      parts.append("\(title)\n" + addresses.map { "  \($0)\n" }.joined())
    }
    if !difference.evaluations.isEmpty { parts.append(table.terminal(width: width)) }
    if showsSamples { parts += difference.evaluations.map(flips) }
    return parts.joined(separator: "\n").trimmingSuffix { $0 == "\n" }
  }

  private var table: ReportTable {
    ReportTable(
      title: "Results on the same questions",
      columns: [
        .init("evaluation", alignment: .leading), .init("split", alignment: .leading),
        .init("metric", alignment: .leading), .init("before"), .init("now"), .init("change"),
        .init("from"), .init("to"), .init("p"),
      ],
      rows: difference.evaluations.flatMap { evaluation in
        evaluation.metrics.map { metric -> [Cell] in
          let digits = metric.metric.digits
          func cell(_ value: Double?) -> Cell {
            value.map { .number($0, digits: digits) } ?? .missing
          }
          return [
            .text(evaluation.name), .text(metric.split), .text(metric.metric.header),
            cell(metric.before), cell(metric.now), cell(metric.now - metric.before),
            cell(metric.interval?.lowerBound), cell(metric.interval?.upperBound),
            metric.pValue.map { .number($0, digits: 3) } ?? .missing,
          ]
        }
      },
      notes: [
        "From, to: 95 % confidence interval of the change over the seeds and questions that both "
          + "runs have; with one seed over questions only, without the variation between seeds. "
          + "p: p-value of no change from the same data; for shares of single answers or of fewer "
          + "than six questions, McNemar's exact test."
      ], labelColumns: 3)
  }

  private func flips(_ evaluation: RunDifference.Evaluation) -> String {
    guard !evaluation.flips.isEmpty else {
      return "\(evaluation.name): no question's verdict changed\n"
    }
    return [(true, "right now, wrong before"), (false, "wrong now, right before")].map {
      isRight, title in
      let own = evaluation.flips.filter { $0.isRightNow == isRight }
      return "\(evaluation.name): \(own.count) \(title)\n"
        + own.map { flip in
          let lengths = [flip.tokensBefore, flip.tokensNow].map {
            $0.map { NumberFormat.fixed($0, digits: 1) } ?? "?"
          }
          let tokens = lengths.joined(separator: " → ") + " tokens"
          return "  \(flip.split)  \(tokens)  \(flip.prompt.shown)\n"
        }.joined()
    }.joined()
  }
}

extension String {
  fileprivate func trimmingSuffix(_ isDropped: (Character) -> Bool) -> String {
    var text = self[...]
    while let last = text.last, isDropped(last) { text.removeLast() }
    return String(text)
  }
}
