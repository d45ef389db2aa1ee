internal import CKernels

extension CPUBackend {
  package func attention(
    _ query: Tensor, _ key: Tensor, _ value: Tensor, heads: AttentionHeads, layout: SequenceLayout,
    into y: Tensor, statistics: FloatStorage?
  ) {
    precondition(query.rows == layout.tokenCount && y.count == query.count)
    let dimension = heads.dimension
    let queryStride = heads.query * dimension
    let keyStride = heads.keyValue * dimension
    let half = query.rows * heads.query
    divideHeads(heads, layout) { sequence, head in
      let length = layout.length(of: sequence)
      let first = layout.offsets[sequence]
      let queryOffset = first * queryStride + head * heads.group * dimension
      let keyOffset = first * keyStride + head * dimension
      let row = Self.statisticsOffset(first: first, length: length, head: head, heads: heads)
      let scratch = self.makeStorage(
        count: ck_attention_scratch(length, dimension), zeroed: false)
      unsafe ck_attention_f32(
        length, heads.window ?? 0, dimension, heads.group, heads.scale,
        query.storage.pointer + queryOffset,
        queryStride, key.storage.pointer + keyOffset, value.storage.pointer + keyOffset, keyStride,
        y.storage.pointer + queryOffset, statistics.map { unsafe $0.pointer + row },
        statistics.map { unsafe $0.pointer + half + row }, scratch.pointer)
    }
  }

  package func attentionGradient(
    _ query: Tensor, _ key: Tensor, _ value: Tensor, heads: AttentionHeads, layout: SequenceLayout,
    output: Tensor, statistics: FloatStorage, outputGradient: FloatStorage,
    query queryTarget: GradientTarget, key keyTarget: GradientTarget,
    value valueTarget: GradientTarget
  ) {
    let dimension = heads.dimension
    let queryStride = heads.query * dimension
    let keyStride = heads.keyValue * dimension
    let half = query.rows * heads.query
    divideHeads(heads, layout) { sequence, head in
      let length = layout.length(of: sequence)
      let first = layout.offsets[sequence]
      let queryOffset = first * queryStride + head * heads.group * dimension
      let keyOffset = first * keyStride + head * dimension
      let row = Self.statisticsOffset(first: first, length: length, head: head, heads: heads)
      let scratch = self.makeStorage(
        count: ck_attention_backward_scratch(length, dimension), zeroed: false)
      unsafe ck_attention_backward_f32(
        length, heads.window ?? 0, dimension, heads.group, heads.scale,
        query.storage.pointer + queryOffset,
        queryStride, key.storage.pointer + keyOffset, value.storage.pointer + keyOffset, keyStride,
        output.storage.pointer + queryOffset, outputGradient.pointer + queryOffset,
        statistics.pointer + row, statistics.pointer + half + row,
        queryTarget.storage.pointer + queryOffset, queryTarget.accumulating ? 1 : 0,
        keyTarget.storage.pointer + keyOffset, keyTarget.accumulating ? 1 : 0,
        valueTarget.storage.pointer + keyOffset, valueTarget.accumulating ? 1 : 0,
        scratch.pointer)
    }
  }

  /// Offset of the statistics, which are stored per sequence, per head, per row.
  private static func statisticsOffset(
    first: Int, length: Int, head: Int, heads: AttentionHeads
  ) -> Int {
    first * heads.query + head * heads.group * length
  }

  /// Divides the work by sequence and key/value head, so that everything added to one key is in one
  /// part.
  private func divideHeads(
    _ heads: AttentionHeads, _ layout: SequenceLayout, _ body: @Sendable (Int, Int) -> Void
  ) {
    pool.run(layout.sequenceCount * heads.keyValue, grain: 1) { range in
      for index in range where layout.length(of: index / heads.keyValue) > 0 {
        body(index / heads.keyValue, index % heads.keyValue)
      }
    }
  }
}
