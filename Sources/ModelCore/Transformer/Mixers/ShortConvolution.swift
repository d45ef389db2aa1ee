import TensorCore

/// A causal depthwise convolution over the last few tokens: y[t] = Σ_j weight[j] · x[t - j].
///
/// It lets every layer see nearby tokens without attention. So et al. 2021 (Primer, arXiv
/// 2109.08668 § 4) put one after the projections; here it is a separate branch.
final class ShortConvolution: Mixer {
  /// The weight of shape [width, channels]; row 0 multiplies the token itself, row j the token j
  /// positions before.
  private let weight: Tensor

  /// - Parameter name: the name of the weight.
  init(width: Int, channels: Int, name: String, _ builder: inout ParameterBuilder) throws {
    // Measured on the ladder suite: 128^-0.5, at any width.
    weight = try builder.add(name, shape: [width, channels], .normal(0.088))
  }

  func makeMemory(slots: Int, capacity: Int, precision: CachePrecision) -> (any MixerMemory)? {
    Memory(
      ConvolutionHistory(slots: slots, width: weight.shape[0], channels: weight.shape[1]))
  }

  func memorySize(capacity: Int, precision: CachePrecision) -> Int {
    (weight.shape[0] - 1) * weight.shape[1] * MemoryLayout<Float>.size
  }

  func forward(_ x: Tensor, in pass: ForwardPass, memory: (any MixerMemory)?) throws -> Tensor {
    (memory as? Memory)?.history.append(x, slots: pass.slots, positions: pass.positions)
    return try pass.tape.shortConvolution(x, weight, layout: pass.layout)
  }

  func step(_ x: Tensor, in step: DecodeStep, memory: (any MixerMemory)?) throws -> Tensor {
    guard let memory = memory as? Memory else { preconditionFailure("stepping needs memory") }
    return step.inRounds(x) { x, round in
      memory.history.step(
        x, weight, slots: round.slots, positions: round.positions, backend: round.backend)
    }
  }

  /// The last inputs of every sequence.
  private final class Memory: MixerMemory {
    let history: ConvolutionHistory

    init(_ history: ConvolutionHistory) { self.history = history }

    func copy(slot: Int, to other: Int, length: Int) { history.copy(slot: slot, to: other) }

    /// Later inputs have overwritten the earlier ones; only the beginning of a sequence needs none.
    func truncate(slot: Int, to length: Int) -> Bool { length == 0 || history.width == 1 }
  }
}
