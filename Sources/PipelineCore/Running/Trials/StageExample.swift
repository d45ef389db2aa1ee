/// An example that a stage works on, for a user who tries the stage: what a model is given, what it
/// learns or has written, and figures about it.
package struct StageExample: Sendable {
  /// Neighbouring tokens that are all learned, or all given.
  package struct Piece: Sendable {
    package let text: String
    package let tokens: [Int32]
    package let isLearned: Bool

    package init(text: String, tokens: [Int32], isLearned: Bool) {
      self.text = text
      self.tokens = tokens
      self.isLearned = isLearned
    }
  }

  /// The place of the example, or its part in the step: `step 1, preferred`.
  package var title: String
  /// Figures in display order: `("reward", "0.812")`.
  package var figures: [(name: String, value: String)]
  /// The text as a model reads it, in order.
  package var pieces: [Piece]
  /// The text that was written after the pieces; nil if there is none.
  package var response: String?

  package init(
    title: String, figures: [(name: String, value: String)] = [], pieces: [Piece],
    response: String? = nil
  ) {
    self.title = title
    self.figures = figures
    self.pieces = pieces
    self.response = response
  }
}

extension [StageExample.Piece] {
  /// The number of tokens that are learned, or of those that are given.
  package func count(learned: Bool) -> Int {
    filter { $0.isLearned == learned }.reduce(0) { $0 + $1.tokens.count }
  }
}
