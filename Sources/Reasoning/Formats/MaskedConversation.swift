/// A conversation as tokens, each with the mark of the assistant's own.
package struct MaskedConversation: Sendable, Hashable {
  package let tokens: [Int32]
  /// True for the tokens of `generation` blocks, which are learned.
  package let isGenerated: [Bool]
}
