import TensorCore

/// A linear layer with a low-rank adapter beside it: see `LoRAShape` for the formula.
///
/// A starts as `nn.Linear` does in PyTorch, uniform within ±1/√in (Kaiming with a = √5), and B at
/// 0, so that a new adapter changes nothing. The linear layer itself is only called, never read.
struct LoRALinear: Layer {
  static let downSuffix = ".lora_A.weight"
  static let upSuffix = ".lora_B.weight"

  private let linear: Linear
  /// A: [in, r]; `NAME.lora_A.weight` is [r, in] in files.
  private let down: Tensor
  /// B: [r, out]; `NAME.lora_B.weight` is [out, r] in files.
  private let up: Tensor
  private let scale: Float
  private let dropout: Dropout

  init(_ linear: Linear, _ shape: LoRAShape, _ builder: inout ParameterBuilder) throws {
    self.linear = linear
    let (inputs, outputs) = (linear.inputCount, linear.outputCount)
    down = try builder.add(
      linear.name + Self.downSuffix, shape: [inputs, shape.rank],
      .uniform(1 / Double(inputs).squareRoot()), isTransposedInFiles: true, isAdapter: true)
    up = try builder.add(
      linear.name + Self.upSuffix, shape: [shape.rank, outputs], .zeros,
      isTransposedInFiles: true, isAdapter: true)
    scale = shape.scale
    dropout = Dropout(probability: shape.dropout, purpose: "dropout " + linear.name)
  }

  func callAsFunction(_ x: Tensor, _ tape: Tape) throws -> Tensor {
    let y = try linear(x, tape)
    let inner = try tape.linear(try dropout(x, tape), down)
    let backend = tape.backend
    let scaled = tape.custom(self.scaled(inner.storage, inner.shape, backend), from: [inner]) {
      dy, targets in
      guard let target = targets[0] else { return }
      backend.accumulate(self.scaled(dy, inner.shape, backend).storage, into: target)
    }
    return try tape.add(y, try tape.linear(scaled, up))
  }

  func callAsFunction(_ x: Tensor, _ backend: any Backend) -> Tensor {
    let inner = backend.linear(x, down)
    backend.scale(inner.storage, by: scale)
    return backend.add(linear(x, backend), backend.linear(inner, up))
  }

  /// The product x · A is the narrowest place for the factor.
  private func scaled(
    _ values: FloatStorage, _ shape: [Int], _ backend: any Backend
  ) -> Tensor {
    let result = backend.makeTensor(shape)
    result.storage.copy(from: values, at: 0, count: values.count, to: 0)
    backend.scale(result.storage, by: scale)
    return result
  }
}
