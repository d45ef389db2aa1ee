internal import CKernels

extension CPUBackend {
  package func append(
    _ key: Tensor, _ value: Tensor, to cache: KeyValueCache, slots: [Int], positions: [Int]
  ) {
    let columns = key.columns
    divideRows(key.rows, columns: 8 * columns) { range in
      for row in range {
        let base = slots[row] * cache.slotSize
        unsafe ck_cache_append_f32(
          positions[row], cache.capacity, cache.dimension, cache.heads,
          key.storage.pointer + row * columns, value.storage.pointer + row * columns,
          cache.keys.pointer + base, cache.values.pointer + base)
      }
    }
  }

  package func attentionDecode(
    _ query: Tensor, cache: KeyValueCache, slots: [Int], lengths: [Int], heads: AttentionHeads,
    into y: Tensor
  ) {
    let columns = heads.query * heads.dimension
    precondition(query.columns == columns && y.count == query.count)
    precondition(slots.count == query.rows && lengths.count == query.rows)
    let longest = lengths.max() ?? 0
    let work = max(1, longest * columns)
    let least = max(1, 8192 / work)
    pool.run(query.rows, grain: grain(query.rows, least: least, multiple: 1)) { range in
      let scratch = self.makeStorage(
        count: ck_attention_decode_scratch(longest, heads.group), zeroed: false)
      for row in range {
        let base = slots[row] * cache.slotSize
        unsafe ck_attention_decode_f32(
          lengths[row], heads.window ?? 0, cache.capacity, heads.dimension, heads.keyValue, heads.group, heads.scale,
          query.storage.pointer + row * columns, cache.keys.pointer + base,
          cache.values.pointer + base, y.storage.pointer + row * columns, scratch.pointer)
      }
    }
  }

  package func convolutionStep(
    _ x: Tensor, _ weight: Tensor, history: ConvolutionHistory, slots: [Int], positions: [Int],
    into y: Tensor
  ) {
    let channels = x.columns
    precondition(y.count == x.count && slots.count == x.rows && positions.count == x.rows)
    divideRows(x.rows, columns: channels * weight.rows) { range in
      for row in range {
        unsafe ck_convolution_step_f32(
          channels, weight.rows, positions[row], x.storage.pointer + row * channels,
          history.storage.pointer + slots[row] * history.slotSize, weight.storage.pointer,
          y.storage.pointer + row * channels)
      }
    }
  }
}
