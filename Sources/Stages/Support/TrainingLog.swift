package import Foundation
package import Reasoning
import Reporting

/// The rows of `metrics.jsonl`: one JSON object a step, keys in the order they were measured.
package struct TrainingLog {
  package private(set) var data = Data()
  package private(set) var tokenCount = 0

  package init() {}

  package init(data: Data, tokenCount: Int) {
    self.data = data
    self.tokenCount = tokenCount
  }

  package mutating func append(_ metrics: StepMetrics) {
    let members = metrics.values.map { "\"\($0.name)\":\(number($0.value))" }
    let row = "{" + (["\"step\":\(metrics.step)"] + members).joined(separator: ",") + "}\n"
    data.append(contentsOf: row.utf8)
    tokenCount += Int(metrics["num_tokens"] ?? 0)
  }

  /// JSON has no word for a number that is not finite; such a figure is absent.
  private func number(_ value: Double) -> String {
    value.isFinite ? NumberFormat.shortest(value) : "null"
  }
}
