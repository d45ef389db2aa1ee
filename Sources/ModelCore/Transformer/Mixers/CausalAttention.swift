import TensorCore

/// Multi-head causal self-attention (Vaswani et al. 2017) with rotary positions (Su et al. 2021,
/// arXiv 2104.09864) and, when there are fewer key-value heads, groups of heads that share them
/// (Ainslie et al. 2023, arXiv 2305.13245).
final class CausalAttention: Mixer {
  private let query: Tensor
  private let key: Tensor
  private let value: Tensor
  private let output: Tensor
  private let heads: AttentionHeads
  private let theta: Float

  init(
    _ configuration: ModelConfiguration, prefix: String, outputScale: Double,
    _ builder: inout ParameterBuilder
  ) throws {
    let (hidden, keyValueSize) = (configuration.hiddenSize, configuration.keyValueSize)
    query = try builder.linear(prefix + "q_proj.weight", from: hidden, to: hidden)
    key = try builder.linear(prefix + "k_proj.weight", from: hidden, to: keyValueSize)
    value = try builder.linear(prefix + "v_proj.weight", from: hidden, to: keyValueSize)
    output = try builder.linear(
      prefix + "o_proj.weight", from: hidden, to: hidden, scale: outputScale)
    heads = AttentionHeads(
      query: configuration.headCount, keyValue: configuration.resolvedKeyValueHeadCount,
      dimension: configuration.headSize)
    theta = Float(configuration.rotaryTheta)
  }

  func makeMemory(slots: Int, capacity: Int) -> (any MixerMemory)? {
    Memory(
      KeyValueCache(
        slots: slots, keyValueHeads: heads.keyValue, headDimension: heads.dimension,
        capacity: capacity))
  }

  func forward(_ x: Tensor, in pass: ForwardPass, memory: (any MixerMemory)?) throws -> Tensor {
    let tape = pass.tape
    let q = try tape.rotary(
      try tape.linear(x, query), heads: heads.query, layout: pass.layout, theta: theta)
    let k = try tape.rotary(
      try tape.linear(x, key), heads: heads.keyValue, layout: pass.layout, theta: theta)
    let v = try tape.linear(x, value)
    (memory as? Memory)?.cache.append(
      key: k, value: v, slots: pass.slots, positions: pass.positions)
    let mixed = try tape.attention(
      query: q, key: k, value: v, heads: heads.query, keyValueHeads: heads.keyValue,
      layout: pass.layout)
    return try tape.linear(mixed, output)
  }

  func step(_ x: Tensor, in step: DecodeStep, memory: (any MixerMemory)?) throws -> Tensor {
    guard let memory = memory as? Memory else { preconditionFailure("stepping needs memory") }
    let (tape, backend) = (step.tape, step.backend)
    let positions = step.positions.map { Int32($0) }
    let q = backend.rotary(
      try tape.linear(x, query), heads: heads.query, positions: positions, theta: theta)
    let k = backend.rotary(
      try tape.linear(x, key), heads: heads.keyValue, positions: positions, theta: theta)
    let v = try tape.linear(x, value)
    memory.cache.append(key: k, value: v, slots: step.slots, positions: step.positions)
    let mixed = memory.cache.attention(
      query: q, slots: step.slots, lengths: step.positions.map { $0 + 1 }, heads: heads,
      backend: backend)
    return try tape.linear(mixed, output)
  }

  /// The keys and values of every sequence.
  private final class Memory: MixerMemory {
    let cache: KeyValueCache

    init(_ cache: KeyValueCache) { self.cache = cache }

    func copy(slot: Int, to other: Int, length: Int) {
      cache.copy(slot: slot, to: other, length: length)
    }

    /// Attention reads no further than its token, and what follows is overwritten before it is read.
    func truncate(slot: Int, to length: Int) -> Bool { true }
  }
}
