import Fields
import TensorCore

/// A causal depthwise convolution over the last few tokens: y[t] = Σ_j weight[j] · x[t - j].
///
/// It lets every layer see nearby tokens without attention. So et al. 2021 (Primer, arXiv
/// 2109.08668 § 4) put one after the projections; here it is a separate branch.
final class ShortConvolution: Mixer {
  static var fields: [MixerField] {
    [
      .int(
        "short_conv", \.shortConvolutionWidth, 1...64, unit: .tokens,
        "Width of a causal depthwise convolution before attention; absent: none")
    ]
  }

  /// [width, hidden]; row 0 multiplies the token itself, row j the token j positions before.
  private let weight: Tensor
  private let width: Int
  private let channels: Int

  init(width: Int, _ site: MixerSite, _ builder: inout ParameterBuilder) throws {
    self.width = width
    channels = site.configuration.hiddenSize
    // Measured on the ladder suite: 128^-0.5, at any width.
    weight = try builder.add(
      site.prefix + "short_conv.weight", shape: [width, channels], .normal(0.088))
  }

  func makeMemory(slots: Int, pages: KeyValuePages, on backend: any Backend) -> Memory {
    Memory(
      ConvolutionHistory(
        slots: slots, width: width, channels: channels, on: backend))
  }

  func memorySize(capacity: Int, precision: CachePrecision) -> Int {
    (width - 1) * channels * MemoryLayout<Float>.size
  }

  var keptCount: Int { 0 }

  func forward(_ x: Tensor, in pass: ForwardPass, memory: Memory?) throws -> Tensor {
    memory?.history.append(x, slots: pass.slots, positions: pass.positions)
    return try pass.tape.shortConvolution(x, weight, layout: pass.layout)
  }

  func step(_ x: Tensor, in step: DecodeStep, memory: Memory) -> Tensor {
    step.inRounds(x) { x, round in
      memory.history.step(
        x, weight, slots: round.slots, positions: round.positions, backend: round.backend)
    }
  }

  /// The last inputs of every sequence.
  final class Memory: MixerMemory {
    let history: ConvolutionHistory

    init(_ history: ConvolutionHistory) { self.history = history }

    func copy(slot: Int, to other: Int, length: Int) { history.copy(slot: slot, to: other) }

    /// Later inputs have overwritten the earlier ones; only the beginning of a sequence needs none.
    func truncate(slot: Int, to length: Int) -> Bool { length == 0 || history.width == 1 }
  }
}
