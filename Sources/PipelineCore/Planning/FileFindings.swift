/// The findings of a kind in the external files of a stage, before anything runs.
package struct FileFindings: Sendable {
  package let mistakes: [Diagnostic]
  /// The number of usable items by label, for stages that need a minimum.
  package let counts: [String: Int]

  package init(mistakes: [Diagnostic] = [], counts: [String: Int] = [:]) {
    self.mistakes = mistakes
    self.counts = counts
  }
}
