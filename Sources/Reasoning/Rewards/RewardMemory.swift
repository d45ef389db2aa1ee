/// What one reward term remembers.
package struct TermMemory: Sendable, Hashable, Codable {
  /// Of the run as a whole.
  package var run: [Double]
  /// Of single problems, by their digest.
  package var problems: [String: [Double]]

  package init(run: [Double] = [], problems: [String: [Double]] = [:]) {
    self.run = run
    self.problems = problems
  }
}

/// What the reward of a run remembers, by term. It is part of every checkpoint.
package struct RewardMemory: Sendable, Hashable, Codable {
  package var terms: [String: TermMemory] = [:]

  package init() {}
}
