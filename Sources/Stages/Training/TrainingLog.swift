import Fields
package import Foundation
package import Reasoning

/// The rows of `metrics.jsonl`: one JSON object per step, with keys in the order of measurement.
package struct TrainingLog {
  /// The path of the log in an artifact and in a checkpoint.
  package static let file = "metrics.jsonl"

  package private(set) var data = Data()
  package private(set) var tokenCount = 0

  package init() {}

  package init(data: Data, tokenCount: Int) {
    self.data = data
    self.tokenCount = tokenCount
  }

  package mutating func append(_ metrics: StepMetrics) {
    let figures = metrics.values.map { ($0.name, JSONText(.float($0.value))) }
    data.append(JSONLines.encode([.object([("step", .int(metrics.step))] + figures)]))
    tokenCount += Int(metrics["num_tokens"] ?? 0)
  }
}
