import TensorCore

/// Multi-head causal self-attention (Vaswani et al. 2017) with rotary positions (Su et al. 2021,
/// arXiv 2104.09864). If there are fewer key-value heads, groups of query heads share them (Ainslie
/// et al. 2023, arXiv 2305.13245).
///
/// The configuration can add biases on queries, keys and values (Qwen2, arXiv 2407.10671 § 2.2.1),
/// a norm of every query and key head before rotation (Qwen3, arXiv 2505.09388 § 2), and a sliding
/// window (Beltagy et al. 2020, arXiv 2004.05150 § 3.1, causal).
final class CausalAttention: Mixer {
  static let full = MixerKind(
    name: "full", meaning: "Attention to every earlier token", layerType: "full_attention"
  ) { site, builder in
    try CausalAttention(site, window: nil, &builder)
  }

  static let sliding = MixerKind(
    name: "sliding", meaning: "Attention to the last sliding_window tokens, the own included",
    layerType: "sliding_attention"
  ) { site, builder in
    try CausalAttention(site, window: site.configuration.slidingWindow, &builder)
  }

  /// A linear map of the input to heads, optionally followed by a norm and by rotation.
  private struct Projection {
    let weight: Tensor
    let bias: Tensor?
    /// The norm's weight of shape [head dimension], shared by all heads.
    let norm: Tensor?
    let heads: Int

    init(
      _ letter: String, heads: Int, norm hasNorm: Bool, _ site: MixerSite,
      _ builder: inout ParameterBuilder
    ) throws {
      let (c, prefix) = (site.configuration, site.prefix + "self_attn.\(letter)_")
      let size = heads * c.headSize
      self.heads = heads
      weight = try builder.linear(prefix + "proj.weight", from: c.hiddenSize, to: size)
      bias = c.hasQueryKeyValueBias ? try builder.bias(prefix + "proj.bias", size: size) : nil
      norm = hasNorm ? try builder.norm(prefix + "norm.weight", size: c.headSize) : nil
    }

    func callAsFunction(_ x: Tensor, epsilon: Float, _ tape: Tape) throws -> Tensor {
      let y = try tape.linear(x, weight, bias: bias)
      guard let norm else { return y }
      return try tape.rmsNorm(y, norm, epsilon: epsilon, groups: heads)
    }
  }

  private let query: Projection
  private let key: Projection
  private let value: Projection
  private let output: Tensor
  private let heads: AttentionHeads
  private let theta: Float
  private let epsilon: Float

  private init(_ site: MixerSite, window: Int?, _ builder: inout ParameterBuilder) throws {
    let c = site.configuration
    heads = AttentionHeads(
      query: c.headCount, keyValue: c.resolvedKeyValueHeadCount, dimension: c.headSize,
      window: window)
    query = try Projection("q", heads: heads.query, norm: c.normalizesHeads, site, &builder)
    key = try Projection("k", heads: heads.keyValue, norm: c.normalizesHeads, site, &builder)
    value = try Projection("v", heads: heads.keyValue, norm: false, site, &builder)
    output = try builder.linear(
      site.prefix + "self_attn.o_proj.weight", from: heads.query * heads.dimension,
      to: c.hiddenSize, scale: site.outputScale)
    theta = Float(c.rotaryTheta)
    epsilon = Float(c.normEpsilon)
  }

  func makeMemory(slots: Int, capacity: Int, precision: CachePrecision) -> (any MixerMemory)? {
    Memory(
      KeyValueCache(
        slots: slots, keyValueHeads: heads.keyValue, headDimension: heads.dimension,
        capacity: capacity, precision: precision))
  }

  func memorySize(capacity: Int, precision: CachePrecision) -> Int {
    2 * heads.keyValue * heads.dimension * capacity * precision.bytes
  }

  func forward(_ x: Tensor, in pass: ForwardPass, memory: (any MixerMemory)?) throws -> Tensor {
    let tape = pass.tape
    let q = try tape.rotary(
      try query(x, epsilon: epsilon, tape), heads: heads.query, layout: pass.layout, theta: theta)
    let k = try tape.rotary(
      try key(x, epsilon: epsilon, tape), heads: heads.keyValue, layout: pass.layout, theta: theta)
    let v = try value(x, epsilon: epsilon, tape)
    (memory as? Memory)?.cache.append(
      key: k, value: v, slots: pass.slots, positions: pass.positions, backend: tape.backend)
    let mixed = try tape.attention(
      query: q, key: k, value: v, heads: heads.query, keyValueHeads: heads.keyValue,
      layout: pass.layout, window: heads.window)
    return try tape.linear(mixed, output)
  }

  func step(_ x: Tensor, in step: DecodeStep, memory: (any MixerMemory)?) throws -> Tensor {
    guard let memory = memory as? Memory else { preconditionFailure("stepping needs memory") }
    let (tape, backend) = (step.tape, step.backend)
    let positions = step.positions.map { Int32($0) }
    let q = backend.rotary(
      try query(x, epsilon: epsilon, tape), heads: heads.query, positions: positions, theta: theta)
    let k = backend.rotary(
      try key(x, epsilon: epsilon, tape), heads: heads.keyValue, positions: positions,
      theta: theta)
    let v = try value(x, epsilon: epsilon, tape)
    memory.cache.append(
      key: k, value: v, slots: step.slots, positions: step.positions, backend: backend)
    let mixed = memory.cache.attention(
      query: q, slots: step.slots, lengths: step.positions.map { $0 + 1 }, heads: heads,
      backend: backend)
    return try tape.linear(mixed, output)
  }

  /// The KV cache of every sequence.
  private final class Memory: MixerMemory {
    let cache: KeyValueCache

    init(_ cache: KeyValueCache) { self.cache = cache }

    func copy(slot: Int, to other: Int, length: Int) {
      cache.copy(slot: slot, to: other, length: length)
    }

    /// Attention reads only up to its own token, and later entries are overwritten before they are
    /// read.
    func truncate(slot: Int, to length: Int) -> Bool { true }
  }
}
