import ModelCore
import TensorCore

/// A low-rank adapter of a linear layer (Hu et al. 2021, LoRA, arXiv 2106.09685 § 4.1), made with
/// what the package offers: y = base(x) + (x · A) · B.
struct LowRankAdapter: Layer {
  private let base: Linear
  /// [in, rank] and [rank, out].
  private let a: Linear
  private let b: Linear

  init(_ base: Linear, rank: Int, _ builder: inout ParameterBuilder) throws {
    self.base = base
    a = try Linear(base.name + ".lora_a", from: base.weight.rows, to: rank, &builder)
    b = try Linear(base.name + ".lora_b", from: rank, to: base.weight.columns, &builder)
  }

  func callAsFunction(_ x: Tensor, _ tape: Tape) throws -> Tensor {
    try tape.add(try base(x, tape), try b(try a(x, tape), tape))
  }

  func callAsFunction(_ x: Tensor, _ backend: any Backend) -> Tensor {
    backend.add(base(x, backend), b(a(x, backend), backend))
  }
}
