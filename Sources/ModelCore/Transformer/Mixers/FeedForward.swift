import TensorCore

/// FFN_SwiGLU of Shazeer 2020 (arXiv 2002.05202), without biases: down(silu(gate(x)) · up(x)); or
/// another activation in the place of silu.
final class FeedForward: Mixer {
  typealias Memory = NoMemory

  private let gate: any Layer
  private let up: any Layer
  private let down: any Layer
  private let activation: GateActivation
  private let inner: Int

  init(_ site: MixerSite, _ builder: inout ParameterBuilder) throws {
    let prefix = site.prefix + "mlp."
    let hidden = site.configuration.hiddenSize
    inner = site.configuration.intermediateSize
    gate = try builder.linear(prefix + "gate_proj", from: hidden, to: inner)
    up = try builder.linear(prefix + "up_proj", from: hidden, to: inner)
    down = try builder.linear(
      prefix + "down_proj", from: inner, to: hidden, scale: site.outputScale)
    activation = site.configuration.activation
  }

  /// The gate, what it is multiplied with, and the product.
  var keptCount: Int { 3 * inner }

  func forward(_ x: Tensor, in pass: ForwardPass, memory: NoMemory?) throws -> Tensor {
    let tape = pass.tape
    return try down(try activation(gate: try gate(x, tape), up: try up(x, tape), tape), tape)
  }

  func step(_ x: Tensor, in step: DecodeStep, memory: NoMemory) -> Tensor {
    let backend = step.backend
    return down(activation(gate: gate(x, backend), up: up(x, backend), backend), backend)
  }
}
