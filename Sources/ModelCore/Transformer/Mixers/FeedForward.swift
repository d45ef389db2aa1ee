import TensorCore

/// FFN_SwiGLU of Shazeer 2020 (arXiv 2002.05202), without biases: down(silu(gate(x)) · up(x)).
final class FeedForward: Mixer {
  typealias Memory = NoMemory

  private let gate: any Layer
  private let up: any Layer
  private let down: any Layer

  init(_ site: MixerSite, _ builder: inout ParameterBuilder) throws {
    let prefix = site.prefix + "mlp."
    let (hidden, inner) = (site.configuration.hiddenSize, site.configuration.intermediateSize)
    gate = try builder.linear(prefix + "gate_proj", from: hidden, to: inner)
    up = try builder.linear(prefix + "up_proj", from: hidden, to: inner)
    down = try builder.linear(
      prefix + "down_proj", from: inner, to: hidden, scale: site.outputScale)
  }

  func forward(_ x: Tensor, in pass: ForwardPass, memory: NoMemory?) throws -> Tensor {
    let tape = pass.tape
    return try down(try tape.swiGLU(gate: try gate(x, tape), up: try up(x, tape)), tape)
  }

  func step(_ x: Tensor, in step: DecodeStep, memory: NoMemory) -> Tensor {
    let backend = step.backend
    return down(backend.swiGLU(gate: gate(x, backend), up: up(x, backend)), backend)
  }
}
