/// The model's memory of the sequences that it continues.
package struct TransformerMemory: Sendable {
  let model: Transformer
  /// The mixer of each branch with its memory, in the model's order.
  let mixers: [any RememberingMixer]
  package let slots: Int
  package let capacity: Int

  package func copy(slot: Int, to other: Int, length: Int) {
    for mixer in mixers { mixer.copy(slot: slot, to: other, length: length) }
  }

  /// Shortens the content of a slot to its first `length` tokens.
  /// - Returns: false if a mixer cannot go back. The slot must then be restarted, from position 0
  ///   or by copying another slot into it.
  package func truncate(slot: Int, to length: Int) -> Bool {
    mixers.allSatisfy { $0.truncate(slot: slot, to: length) }
  }
}
