package import TensorCore

/// What a block does to the normalised residual stream: attention, convolution, feed-forward.
///
/// A block is a list of branches `x += mixer(norm(x))`. A new mixer is one file that conforms and a
/// branch in `Block.init`. It runs in two ways that must agree bit for bit: `forward` over whole
/// packed sequences, and `step` over one new token of many sequences, with what it must remember of
/// the earlier tokens in a `MixerMemory`.
package protocol Mixer: Sendable {
  /// Memory for so many sequences of at most `capacity` tokens; nil when a token needs no other.
  func makeMemory(slots: Int, capacity: Int) -> (any MixerMemory)?

  /// - Parameters:
  ///   - x: [tokens, hidden], normalised.
  ///   - memory: when given, remembers the sequences in the slots of `pass`.
  /// - Returns: [tokens, hidden], to be added to the residual stream.
  func forward(_ x: Tensor, in pass: ForwardPass, memory: (any MixerMemory)?) throws -> Tensor

  /// - Parameters:
  ///   - x: [rows, hidden], normalised: the newest token of each row's sequence.
  ///   - memory: what `makeMemory` returned; holds the earlier tokens, and the new ones afterwards.
  func step(_ x: Tensor, in step: DecodeStep, memory: (any MixerMemory)?) throws -> Tensor
}

/// What one mixer remembers of the sequences being continued, a slot for each.
package protocol MixerMemory: AnyObject {
  /// Makes a slot remember what another does, a sequence of `length` tokens.
  func copy(slot: Int, to other: Int, length: Int)
}

/// Mixers without memory step as they run forward.
extension Mixer {
  package func makeMemory(slots: Int, capacity: Int) -> (any MixerMemory)? { nil }
}
