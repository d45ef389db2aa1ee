package import TensorCore

/// A map of every token by itself, with its own parameters: the unit that mixers are built of.
///
/// It runs in two ways that must agree bit for bit: on a tape, for training and for prompts, and on
/// a backend alone, for decoding. A mixer holds `any Layer`, so that an adapter (LoRA) is a layer
/// put in another's place: see `ParameterBuilder.adapt`.
package protocol Layer: Sendable {
  /// Maps [tokens, in] to [tokens, out].
  /// - Throws: `ShapeError` if the input does not have the layer's width.
  func callAsFunction(_ x: Tensor, _ tape: Tape) throws -> Tensor

  /// The same without a tape.
  func callAsFunction(_ x: Tensor, _ backend: any Backend) -> Tensor
}
