package import TensorCore

/// The operation of a branch on the normalised residual stream: attention, convolution,
/// feed-forward.
///
/// A block is a list of branches `x += mixer(norm(x))`. A new token mixer is one file that conforms
/// to this protocol and one line in `MixerKind.standard`; then `layers` of a configuration can name
/// it. It is built of layers (`Linear`, `Norm`). If the tape lacks an operation, add it with
/// `Tape.custom`. The shortest example is `MinGRU`.
///
/// A mixer runs in two ways that must agree bit for bit: `forward` over whole packed sequences, and
/// `step` over new tokens of many sequences. For `step`, it stores what it needs of earlier tokens
/// in its `Memory`.
package protocol Mixer: Sendable {
  /// The state kept of sequences that are continued; `NoMemory` if tokens do not depend on others.
  associatedtype Memory: MixerMemory

  /// Makes memory for this number of sequences, where the backend works.
  /// - Parameter pages: the pages of all layers, in which keys and values are kept.
  func makeMemory(slots: Int, pages: KeyValuePages, on backend: any Backend) -> Memory

  /// The number of bytes that a sequence of `capacity` tokens takes.
  func memorySize(capacity: Int, precision: CachePrecision) -> Int

  /// The floats of one token that a recording tape keeps for the backward pass, besides the
  /// mixer's input and output.
  var keptCount: Int { get }

  /// The arithmetic for the tokens at these positions of one sequence, beyond the products with the
  /// mixer's matrices: see `ModelCost`.
  func operations(at positions: Range<Int>) -> Int

  /// - Parameters:
  ///   - x: the normalised input: [tokens, hidden].
  ///   - memory: if given, stores the sequences in the slots of `pass`.
  /// - Returns: [tokens, hidden], to be added to the residual stream.
  func forward(_ x: Tensor, in pass: ForwardPass, memory: Memory?) throws -> Tensor

  /// - Parameters:
  ///   - x: the normalised input, a new token of each row's sequence: [rows, hidden]. Several rows
  ///     may continue one sequence; they are then in order of position, without a gap.
  ///   - memory: holds the earlier tokens, and afterwards also the new ones.
  /// - Returns: [rows, hidden], to be added to the residual stream.
  func step(_ x: Tensor, in step: DecodeStep, memory: Memory) -> Tensor
}

extension Mixer {
  package func operations(at positions: Range<Int>) -> Int { 0 }

  /// Runs over sequences that are not continued.
  func forward(_ x: Tensor, in pass: ForwardPass) throws -> Tensor {
    try forward(x, in: pass, memory: nil)
  }
}

/// Mixers without memory: a step is the same as a forward pass.
extension Mixer where Memory == NoMemory {
  package func makeMemory(
    slots: Int, pages: KeyValuePages, on backend: any Backend
  ) -> NoMemory { NoMemory() }
  package func memorySize(capacity: Int, precision: CachePrecision) -> Int { 0 }
}
