package import TensorCore

/// What a block does to the normalised residual stream: attention, convolution, feed-forward.
///
/// A block is a list of branches `x += mixer(norm(x))`. A new mixer of tokens is one file that
/// conforms and one line in `MixerKind.standard`; `layers` of a configuration then names it. An
/// operation that the tape lacks enters it by `Tape.custom`.
///
/// A mixer runs in two ways that must agree bit for bit: `forward` over whole packed sequences, and
/// `step` over new tokens of many sequences, with what it must remember of the earlier tokens in a
/// `MixerMemory`.
package protocol Mixer: Sendable {
  /// Memory for so many sequences of at most `capacity` tokens; nil when a token needs no other.
  func makeMemory(slots: Int, capacity: Int, precision: CachePrecision) -> (any MixerMemory)?

  /// Bytes that one slot of such memory takes.
  func memorySize(capacity: Int, precision: CachePrecision) -> Int

  /// - Parameters:
  ///   - x: [tokens, hidden], normalised.
  ///   - memory: when given, remembers the sequences in the slots of `pass`.
  /// - Returns: [tokens, hidden], to be added to the residual stream.
  func forward(_ x: Tensor, in pass: ForwardPass, memory: (any MixerMemory)?) throws -> Tensor

  /// - Parameters:
  ///   - x: [rows, hidden], normalised: a new token of each row's sequence. Several rows may
  ///     continue one sequence; they then come in order of position, without a gap.
  ///   - memory: what `makeMemory` returned; holds the earlier tokens, and the new ones afterwards.
  func step(_ x: Tensor, in step: DecodeStep, memory: (any MixerMemory)?) throws -> Tensor
}

/// What one mixer remembers of the sequences being continued, a slot for each.
///
/// A token at position 0 begins a sequence: whatever its slot held before must not matter to it.
///
/// Several threads may step at once, each with slots of its own: what a slot remembers is written by
/// one of them, and whatever slots share is only read.
package protocol MixerMemory: AnyObject, Sendable {
  /// Makes a slot remember what another does.
  /// - Precondition: `slot` holds a sequence of exactly `length` tokens; or of more, when
  ///   `truncate` could take it back to `length`.
  func copy(slot: Int, to other: Int, length: Int)

  /// Forgets the tokens of a slot from position `length` on, where it holds more than that.
  ///
  /// Keys and values of every token are kept, so that attention forgets by overwriting. A
  /// convolution or a recurrence has only the end of a sequence and cannot go back, except to the
  /// very beginning: the caller then returns to a copy made earlier, or runs the prefix again.
  /// - Returns: false when the memory cannot; the slot is then as it was.
  func truncate(slot: Int, to length: Int) -> Bool
}

/// Mixers without memory step as they run forward.
extension Mixer {
  package func makeMemory(slots: Int, capacity: Int, precision: CachePrecision) -> (
    any MixerMemory
  )? { nil }
  package func memorySize(capacity: Int, precision: CachePrecision) -> Int { 0 }
}
