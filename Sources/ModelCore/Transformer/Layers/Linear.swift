package import TensorCore

/// A linear map, y = x · W + b: [tokens, in] to [tokens, out].
///
/// W is [in, out] in memory, and `NAME.weight` is [out, in] in files, as in PyTorch. W starts at
/// N(0, scale² / in), `NAME.bias` at 0.
package struct Linear: Layer {
  /// The layer's name, `model.layers.3.self_attn.q_proj`.
  package let name: String
  /// W: [in, out].
  package let weight: Tensor
  /// b: [out].
  package let bias: Tensor?
  /// The widths of inputs and outputs, also of a layer that is only described.
  let inputCount: Int
  let outputCount: Int

  package init(
    _ name: String, from inputs: Int, to outputs: Int, bias hasBias: Bool = false,
    scale: Double = 1, _ builder: inout ParameterBuilder
  ) throws {
    self.name = name
    (inputCount, outputCount) = (inputs, outputs)
    weight = try builder.add(
      name + ".weight", shape: [inputs, outputs], .normal(scale / Double(inputs).squareRoot()),
      isTransposedInFiles: true, mayBeKept: true)
    bias = hasBias ? try builder.add(name + ".bias", shape: [outputs], .zeros) : nil
  }

  package func callAsFunction(_ x: Tensor, _ tape: Tape) throws -> Tensor {
    try tape.linear(x, weight, bias: bias)
  }

  package func callAsFunction(_ x: Tensor, _ backend: any Backend) -> Tensor {
    backend.linear(x, weight, bias: bias)
  }
}
