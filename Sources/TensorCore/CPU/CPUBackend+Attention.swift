internal import CKernels

extension CPUBackend {
  package func attention(
    _ query: Tensor, _ key: Tensor, _ value: Tensor, heads: AttentionHeads, layout: SequenceLayout,
    into y: Tensor, statistics: FloatStorage?
  ) {
    precondition(query.rows == layout.tokenCount && y.count == query.count)
    let (dimension, half) = (heads.dimension, query.rows * heads.query)
    divideHeads(heads, layout) { part in
      let scratch = self.makeStorage(
        count: ck_attention_scratch(part.length, dimension), zeroed: false)
      unsafe ck_attention_f32(
        part.length, heads.window ?? 0, dimension, heads.group, heads.scale,
        query.storage.pointer + part.query, part.queryStride, key.storage.pointer + part.key,
        value.storage.pointer + part.key, part.keyStride,
        y.storage.pointer + part.query, statistics.map { unsafe $0.pointer + part.statistics },
        statistics.map { unsafe $0.pointer + half + part.statistics }, scratch.pointer)
    }
  }

  package func attentionGradient(
    _ query: Tensor, _ key: Tensor, _ value: Tensor, heads: AttentionHeads, layout: SequenceLayout,
    output: Tensor, statistics: FloatStorage, outputGradient: FloatStorage,
    query queryTarget: GradientTarget, key keyTarget: GradientTarget,
    value valueTarget: GradientTarget
  ) {
    let (dimension, half) = (heads.dimension, query.rows * heads.query)
    divideHeads(heads, layout) { part in
      let scratch = self.makeStorage(
        count: ck_attention_backward_scratch(part.length, dimension), zeroed: false)
      unsafe ck_attention_backward_f32(
        part.length, heads.window ?? 0, dimension, heads.group, heads.scale,
        query.storage.pointer + part.query, part.queryStride, key.storage.pointer + part.key,
        value.storage.pointer + part.key, part.keyStride,
        output.storage.pointer + part.query, outputGradient.pointer + part.query,
        statistics.pointer + part.statistics, statistics.pointer + half + part.statistics,
        queryTarget.storage.pointer + part.query, queryTarget.accumulating ? 1 : 0,
        keyTarget.storage.pointer + part.key, keyTarget.accumulating ? 1 : 0,
        valueTarget.storage.pointer + part.key, valueTarget.accumulating ? 1 : 0,
        scratch.pointer)
    }
  }

  /// Divides the work by sequence and key/value head, so that everything added to one key is in one
  /// part.
  private func divideHeads(
    _ heads: AttentionHeads, _ layout: SequenceLayout, _ body: @Sendable (AttentionPart) -> Void
  ) {
    pool.run(layout.sequenceCount * heads.keyValue, grain: 1) { range in
      for index in range where layout.length(of: index / heads.keyValue) > 0 {
        body(
          AttentionPart(
            sequence: index / heads.keyValue, head: index % heads.keyValue, heads, layout))
      }
    }
  }
}

/// One key/value head of one sequence, with the query heads that share it: where its floats begin.
private struct AttentionPart {
  /// Number of tokens.
  let length: Int
  /// Offsets in the query and output, [tokens, heads · dimension], and in the key and value.
  let query: Int
  let key: Int
  /// Floats from one token to the next.
  let queryStride: Int
  let keyStride: Int
  /// Offset in the statistics, which are stored per sequence, per head, per row.
  let statistics: Int

  init(sequence: Int, head: Int, _ heads: AttentionHeads, _ layout: SequenceLayout) {
    let first = layout.offsets[sequence]
    length = layout.length(of: sequence)
    queryStride = heads.query * heads.dimension
    keyStride = heads.keyValue * heads.dimension
    query = first * queryStride + head * heads.group * heads.dimension
    key = first * keyStride + head * heads.dimension
    statistics = first * heads.query + head * heads.group * length
  }
}
