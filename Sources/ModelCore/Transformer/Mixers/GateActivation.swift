import TensorCore

/// The activation of the gate in a gated feed-forward part, with the name that `config.json` has
/// for it.
package enum GateActivation: String, Sendable, Hashable, CaseIterable {
  /// SwiGLU (Shazeer 2020).
  case silu
  /// GEGLU, with gelu approximated by tanh.
  case geluTanh = "gelu_pytorch_tanh"

  /// activation(gate) · up, elementwise.
  func callAsFunction(gate: Tensor, up: Tensor, _ tape: Tape) throws -> Tensor {
    switch self {
    case .silu: try tape.swiGLU(gate: gate, up: up)
    case .geluTanh: try tape.geGLU(gate: gate, up: up)
    }
  }

  /// The same without a tape.
  func callAsFunction(gate: Tensor, up: Tensor, _ backend: any Backend) -> Tensor {
    switch self {
    case .silu: backend.swiGLU(gate: gate, up: up)
    case .geluTanh: backend.geGLU(gate: gate, up: up)
    }
  }
}
