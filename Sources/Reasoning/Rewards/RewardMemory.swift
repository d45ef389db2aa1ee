/// The memory of one reward term.
package struct TermMemory: Sendable, Hashable, Codable {
  /// Values for the run as a whole.
  package var run: [Double]
  /// Values for single problems, by their digest.
  package var problems: [String: [Double]]

  package init(run: [Double] = [], problems: [String: [Double]] = [:]) {
    self.run = run
    self.problems = problems
  }
}

/// The memory of a run's reward, by term. It is part of every checkpoint.
package struct RewardMemory: Sendable, Hashable, Codable {
  package var terms: [String: TermMemory] = [:]

  package init() {}
}
