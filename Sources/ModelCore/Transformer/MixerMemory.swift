import TensorCore

/// The memory of one mixer, with one slot for each sequence that is continued.
///
/// A token at position 0 begins a new sequence: it must not depend on the slot's earlier content.
///
/// Several threads may step at once, each with its own slots. Only one thread writes to a slot, and
/// data shared by all slots is only read.
package protocol MixerMemory: AnyObject, Sendable {
  /// Copies the content of one slot to another. Pages are shared before.
  /// - Precondition: `slot` holds a sequence of exactly `length` tokens, or a longer one that
  ///   `truncate` could shorten to `length`.
  func copy(slot: Int, to other: Int, length: Int)

  /// Forgets the tokens of a slot from position `length` on, if it holds more than that.
  ///
  /// Attention keeps keys and values of every token, and truncates by giving back pages. A
  /// convolution or a recurrence keeps only the end of a sequence and can only go back to the very
  /// beginning. In that case the caller returns to an earlier copy, or runs the prefix again.
  /// - Returns: false if the memory cannot be truncated; the slot is then unchanged.
  func truncate(slot: Int, to length: Int) -> Bool
}

/// The memory of mixers whose tokens do not depend on one another.
package final class NoMemory: MixerMemory {
  package func copy(slot: Int, to other: Int, length: Int) {}
  package func truncate(slot: Int, to length: Int) -> Bool { true }
}

/// A mixer bound to a memory of its own, so that a model can hold mixers of different kinds.
protocol RememberingMixer: Sendable {
  func forward(_ x: Tensor, in pass: ForwardPass) throws -> Tensor
  func step(_ x: Tensor, in step: DecodeStep) -> Tensor
  func copy(slot: Int, to other: Int, length: Int)
  func truncate(slot: Int, to length: Int) -> Bool
}

extension Mixer {
  func remembering(
    slots: Int, pages: KeyValuePages, on backend: any Backend
  ) -> any RememberingMixer {
    Remembering(mixer: self, memory: makeMemory(slots: slots, pages: pages, on: backend))
  }
}

private struct Remembering<M: Mixer>: RememberingMixer {
  let mixer: M
  let memory: M.Memory

  func forward(_ x: Tensor, in pass: ForwardPass) throws -> Tensor {
    try mixer.forward(x, in: pass, memory: memory)
  }

  func step(_ x: Tensor, in step: DecodeStep) -> Tensor { mixer.step(x, in: step, memory: memory) }

  func copy(slot: Int, to other: Int, length: Int) {
    memory.copy(slot: slot, to: other, length: length)
  }

  func truncate(slot: Int, to length: Int) -> Bool { memory.truncate(slot: slot, to: length) }
}
