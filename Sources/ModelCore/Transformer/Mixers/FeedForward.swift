import TensorCore

/// FFN_SwiGLU of Shazeer 2020 (arXiv 2002.05202), without biases: down(silu(gate(x)) · up(x)).
final class FeedForward: Mixer {
  private let gate: Tensor
  private let up: Tensor
  private let down: Tensor

  init(
    _ configuration: ModelConfiguration, prefix: String, outputScale: Double,
    _ builder: inout ParameterBuilder
  ) throws {
    let (hidden, inner) = (configuration.hiddenSize, configuration.intermediateSize)
    gate = try builder.linear(prefix + "gate_proj.weight", from: hidden, to: inner)
    up = try builder.linear(prefix + "up_proj.weight", from: hidden, to: inner)
    down = try builder.linear(
      prefix + "down_proj.weight", from: inner, to: hidden, scale: outputScale)
  }

  func forward(_ x: Tensor, in pass: ForwardPass, memory: (any MixerMemory)?) throws -> Tensor {
    try apply(to: x, pass.tape)
  }

  func step(_ x: Tensor, in step: DecodeStep, memory: (any MixerMemory)?) throws -> Tensor {
    try apply(to: x, step.tape)
  }

  private func apply(to x: Tensor, _ tape: Tape) throws -> Tensor {
    let activated = try tape.swiGLU(gate: try tape.linear(x, gate), up: try tape.linear(x, up))
    return try tape.linear(activated, down)
  }
}
