package import TensorCore

/// The operation of a branch on the normalised residual stream: attention, convolution,
/// feed-forward.
///
/// A block is a list of branches `x += mixer(norm(x))`. A new token mixer is one file that conforms
/// to this protocol and one line in `MixerKind.standard`; then `layers` of a configuration can name
/// it. If the tape lacks an operation, add it with `Tape.custom`.
///
/// A mixer runs in two ways that must agree bit for bit: `forward` over whole packed sequences, and
/// `step` over new tokens of many sequences. For `step`, it stores what it needs of earlier tokens
/// in a `MixerMemory`.
package protocol Mixer: Sendable {
  /// Makes memory for this number of sequences of at most `capacity` tokens; nil if a token does
  /// not depend on others.
  func makeMemory(slots: Int, capacity: Int, precision: CachePrecision) -> (any MixerMemory)?

  /// The number of bytes that one slot of this memory takes.
  func memorySize(capacity: Int, precision: CachePrecision) -> Int

  /// - Parameters:
  ///   - x: the normalised input of shape [tokens, hidden].
  ///   - memory: if given, stores the sequences in the slots of `pass`.
  /// - Returns: a tensor of shape [tokens, hidden], to be added to the residual stream.
  func forward(_ x: Tensor, in pass: ForwardPass, memory: (any MixerMemory)?) throws -> Tensor

  /// - Parameters:
  ///   - x: the normalised input of shape [rows, hidden]: a new token of each row's sequence.
  ///     Several rows may continue one sequence; they are then in order of position, without a gap.
  ///   - memory: the result of `makeMemory`; it holds the earlier tokens, and afterwards also the
  ///     new ones.
  func step(_ x: Tensor, in step: DecodeStep, memory: (any MixerMemory)?) throws -> Tensor
}

/// The memory of one mixer, with one slot for each sequence that is continued.
///
/// A token at position 0 begins a new sequence: it must not depend on the slot's earlier content.
///
/// Several threads may step at once, each with its own slots. Only one thread writes to a slot, and
/// data shared by all slots is only read.
package protocol MixerMemory: AnyObject, Sendable {
  /// Copies the content of one slot to another.
  /// - Precondition: `slot` holds a sequence of exactly `length` tokens, or a longer one that
  ///   `truncate` could shorten to `length`.
  func copy(slot: Int, to other: Int, length: Int)

  /// Forgets the tokens of a slot from position `length` on, if it holds more than that.
  ///
  /// Attention keeps keys and values of every token, so it truncates by overwriting them later. A
  /// convolution or a recurrence keeps only the end of a sequence and can only go back to the very
  /// beginning. In that case the caller returns to an earlier copy, or runs the prefix again.
  /// - Returns: false if the memory cannot be truncated; the slot is then unchanged.
  func truncate(slot: Int, to length: Int) -> Bool
}

/// Mixers without memory: a step is the same as a forward pass.
extension Mixer {
  package func makeMemory(slots: Int, capacity: Int, precision: CachePrecision) -> (
    any MixerMemory
  )? { nil }
  package func memorySize(capacity: Int, precision: CachePrecision) -> Int { 0 }
}
