package import TensorCore

/// The model's memory of the sequences that it continues.
package struct TransformerMemory: Sendable {
  let model: Transformer
  /// The mixer of each branch with its memory, in the model's order.
  let mixers: [any RememberingMixer]
  /// The keys and values of all layers.
  package let pages: KeyValuePages

  package var slots: Int { pages.slotCount }
  package var capacity: Int { pages.capacity }

  /// Copies the first `length` tokens of a slot to another; their pages are shared.
  package func copy(slot: Int, to other: Int, length: Int) {
    pages.share(slot: slot, with: other, length: length)
    for mixer in mixers { mixer.copy(slot: slot, to: other, length: length) }
  }

  /// Shortens the content of a slot to its first `length` tokens.
  /// - Returns: false if a mixer cannot go back. The slot must then be restarted, from position 0
  ///   or by copying another slot into it.
  package func truncate(slot: Int, to length: Int) -> Bool {
    guard mixers.allSatisfy({ $0.truncate(slot: slot, to: length) }) else { return false }
    pages.truncate(slot: slot, to: length)
    return true
  }
}
