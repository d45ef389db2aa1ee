import Fields
import Foundation

/// The log of `sample` and `eval`: one line for every 32 problems, in order, with the names that
/// training logs use. Cached responses are logged like new ones, so that the lines do not depend on
/// when a stage was stopped.
struct ResponseLog {
  private(set) var data = Data()
  private var problemCount = 0
  private var tokenCount = 0
  private let numGenerations: Int

  init(numGenerations: Int) { self.numGenerations = numGenerations }

  /// Adds a line for every slice of problems whose responses are now complete.
  /// - Parameter responses: the available records, by problem and sample.
  mutating func add(_ responses: [[[ResponseRecord]]]) {
    while problemCount < responses.count {
      let slice = responses[problemCount...].prefix(ResponseSampling.problemsPerSlice)
      guard slice.allSatisfy({ $0.count == numGenerations }) else { return }
      problemCount += slice.count
      data.append(JSONLines.encode([row(slice.flatMap { $0.flatMap { $0 }.final })]))
    }
  }

  private mutating func row(_ records: [ResponseRecord]) -> JSONText {
    tokenCount += records.reduce(0) { $0 + $1.tokenCount }
    func share(_ holds: (ResponseRecord) -> Bool) -> JSONText {
      .double(Double(records.count(where: holds)) / Double(records.count))
    }
    let tokens = records.reduce(0) { $0 + $1.tokenCount }
    return .object([
      ("problems", .int(problemCount)), ("accuracy", share(\.isCorrect)),
      ("completions/mean_length", .double(Double(tokens) / Double(records.count))),
      ("completions/clipped_ratio", share { !$0.isFinished }), ("num_tokens", .int(tokenCount)),
    ])
  }
}
