import Fields
import TensorCore

/// Multi-head causal self-attention (Vaswani et al. 2017) with rotary positions (Su et al. 2021,
/// arXiv 2104.09864). If there are fewer key-value heads, groups of query heads share them (Ainslie
/// et al. 2023, arXiv 2305.13245).
///
/// The configuration can add biases on queries, keys and values (Qwen2, arXiv 2407.10671 § 2.2.1),
/// a norm of every query and key head before rotation (Qwen3, arXiv 2505.09388 § 2), another factor
/// on scores than 1/√(head size) (Gemma, arXiv 2408.00118 § 2), and a sliding window (Beltagy et
/// al. 2020, arXiv 2004.05150 § 3.1, causal).
final class CausalAttention: Mixer {
  /// A linear map of the input to heads, optionally followed by a norm of each head.
  private struct Projection {
    /// [tokens, hidden] to [tokens, heads · head size].
    let linear: any Layer
    let norm: Norm?

    init(
      _ letter: String, heads: Int, norm hasNorm: Bool, _ site: MixerSite,
      _ builder: inout ParameterBuilder
    ) throws {
      let (c, prefix) = (site.configuration, site.prefix + "self_attn.\(letter)_")
      linear = try builder.linear(
        prefix + "proj", from: c.hiddenSize, to: heads * c.headSize, bias: c.hasQueryKeyValueBias)
      norm =
        hasNorm
        ? try Norm(
          prefix + "norm", size: c.headSize, groups: heads, epsilon: c.normEpsilon,
          hasUnitOffset: c.hasUnitOffsetNorms, &builder)
        : nil
    }

    func callAsFunction(_ x: Tensor, _ tape: Tape) throws -> Tensor {
      let y = try linear(x, tape)
      return try norm?(y, tape) ?? y
    }

    func callAsFunction(_ x: Tensor, _ backend: any Backend) -> Tensor {
      let y = linear(x, backend)
      return norm?(y, backend) ?? y
    }
  }

  private let query: Projection
  private let key: Projection
  private let value: Projection
  private let output: any Layer
  private let heads: AttentionHeads
  private let frequencies: RotaryFrequencies

  init(
    _ site: MixerSite, window: Int?, frequencies: RotaryFrequencies,
    _ builder: inout ParameterBuilder
  ) throws {
    let c = site.configuration
    heads = AttentionHeads(
      query: c.headCount, keyValue: c.resolvedKeyValueHeadCount, dimension: c.headSize,
      window: window, scale: c.queryScalar.map { Float(1 / $0.squareRoot()) })
    query = try Projection("q", heads: heads.query, norm: c.normalizesHeads, site, &builder)
    key = try Projection("k", heads: heads.keyValue, norm: c.normalizesHeads, site, &builder)
    value = try Projection("v", heads: heads.keyValue, norm: false, site, &builder)
    output = try builder.linear(
      site.prefix + "self_attn.o_proj", from: heads.query * heads.dimension,
      to: c.hiddenSize, scale: site.outputScale)
    self.frequencies = frequencies
  }

  func makeMemory(slots: Int, pages: KeyValuePages, on backend: any Backend) -> Memory {
    Memory(
      KeyValueCache(
        keyValueHeads: heads.keyValue, headDimension: heads.dimension, in: pages))
  }

  func memorySize(capacity: Int, precision: CachePrecision) -> Int {
    2 * heads.keyValue * heads.dimension * capacity * precision.bytes
  }

  /// Rotated queries and keys, values, attention's output, the maximum and the sum of every head's
  /// scores; with norms of heads also their inputs and scales.
  var keptCount: Int {
    let (queries, keys) = (heads.query * heads.dimension, heads.keyValue * heads.dimension)
    let norms = [(query.norm, queries, heads.query), (key.norm, keys, heads.keyValue)]
      .reduce(0) { $1.0 == nil ? $0 : $0 + $1.1 + $1.2 }
    return 2 * queries + 2 * keys + 2 * heads.query + norms
  }

  /// 4 · heads · head size for each attended token: one score and one weighted value. The token at
  /// position p attends to p + 1 tokens, or to at most the window.
  func operations(at positions: Range<Int>) -> Int {
    let window = heads.window ?? .max
    let growing = positions.clamped(to: 0..<window)
    // Σ (p + 1) over the positions before the window is full.
    let sum = (growing.lowerBound + 1 + growing.upperBound) * growing.count / 2
    let full = positions.count - growing.count
    let attended = full == 0 ? sum : sum + full * window
    return 4 * heads.query * heads.dimension * attended
  }

  func forward(_ x: Tensor, in pass: ForwardPass, memory: Memory?) throws -> Tensor {
    let tape = pass.tape
    let q = try tape.rotary(
      try query(x, tape), heads: heads.query, layout: pass.layout, frequencies: frequencies)
    let k = try tape.rotary(
      try key(x, tape), heads: heads.keyValue, layout: pass.layout, frequencies: frequencies)
    let v = try value(x, tape)
    if let memory {
      memory.cache.append(
        key: k, value: v, rows: pass.rows(in: memory.cache.pages), backend: tape.backend)
    }
    let mixed = try tape.attention(
      query: q, key: k, value: v, heads: heads.query, keyValueHeads: heads.keyValue,
      layout: pass.layout, window: heads.window, scale: heads.scale)
    return try output(mixed, tape)
  }

  func step(_ x: Tensor, in step: DecodeStep, memory: Memory) -> Tensor {
    let backend = step.backend
    let positions = step.positions.map { Int32($0) }
    let q = backend.rotary(
      query(x, backend), heads: heads.query, positions: positions, frequencies: frequencies)
    let k = backend.rotary(
      key(x, backend), heads: heads.keyValue, positions: positions, frequencies: frequencies)
    let v = value(x, backend)
    let rows = step.rows(in: memory.cache.pages)
    memory.cache.append(key: k, value: v, rows: rows, backend: backend)
    let mixed = memory.cache.attention(query: q, rows: rows, heads: heads, backend: backend)
    return output(mixed, backend)
  }

  /// The keys and values of every sequence, whose pages the whole model shares.
  final class Memory: MixerMemory {
    let cache: KeyValueCache

    init(_ cache: KeyValueCache) { self.cache = cache }

    func copy(slot: Int, to other: Int, length: Int) {}
    func truncate(slot: Int, to length: Int) -> Bool { true }
  }
}
