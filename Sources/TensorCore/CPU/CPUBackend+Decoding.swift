internal import CKernels

extension CPUBackend {
  package func append(_ key: Tensor, _ value: Tensor, to cache: KeyValueCache, rows: PagedRows) {
    let columns = key.columns
    let length = cache.pages.pageLength
    divideRows(key.rows, columns: 8 * columns) { range in
      for row in range {
        let key = unsafe key.storage.pointer + row * columns
        let value = unsafe value.storage.pointer + row * columns
        let place = rows.page(of: row)
        let position = rows.positions[row] % length
        switch cache.pages.precision {
        case .float32:
          let keys = unsafe place.pointer + cache.offset
          unsafe ck_cache_append_f32(
            position, length, cache.dimension, cache.heads, key, value, keys,
            keys + cache.valuesOffset)
        case .bfloat16:
          let keys = unsafe place.halves + cache.offset
          unsafe ck_cache_append_bf16_f32(
            position, length, cache.dimension, cache.heads, key, value, keys,
            keys + cache.valuesOffset)
        }
      }
    }
  }

  package func attentionDecode(
    _ query: Tensor, cache: KeyValueCache, rows: PagedRows, heads: AttentionHeads, into y: Tensor
  ) {
    let columns = heads.query * heads.dimension
    precondition(query.columns == columns && y.count == query.count)
    precondition(rows.order.count == query.rows, "rows that attend")
    guard query.rows > 0 else { return }
    let shape = ck_attention(
      page_length: cache.pages.pageLength, offset: cache.offset, kv_heads: heads.keyValue,
      group: heads.group, dim: heads.dimension, window: heads.window ?? 0, scale: heads.scale)
    let longest = rows.order.map { rows.length(of: $0) }.max() ?? 0
    let blocks = rows.blocks(of: Self.attentionBlock(longest: longest, group: heads.group))
    let most = blocks.map(\.count).max() ?? 1
    let work = max(1, longest * most * heads.group * heads.dimension)
    let precision = cache.pages.precision
    unsafe rows.withPageAddresses { addresses in
      let addresses = unsafe PageAddresses(base: addresses)
      let count = blocks.count * heads.keyValue
      pool.run(count, grain: grain(count, least: max(1, 8192 / work), multiple: 1)) { range in
        let scratch = unsafe withUnsafePointer(to: shape) { shape in
          self.makeStorage(
            count: unsafe ck_attention_decode_scratch(shape, most, longest), zeroed: false)
        }
        for index in range {
          let block = blocks[index / heads.keyValue]
          let described = unsafe block.map { place in
            let row = rows.order[place]
            return unsafe ck_attention_row(
              q: query.storage.pointer + row * columns, o: y.storage.pointer + row * columns,
              length: rows.length(of: row), pages: addresses.base + rows.starts[row])
          }
          unsafe withUnsafePointer(to: shape) { shape in
            switch precision {
            case .float32:
              unsafe ck_attention_decode_f32(
                shape, index % heads.keyValue, described.count, described, scratch.pointer)
            case .bfloat16:
              unsafe ck_attention_decode_bf16_f32(
                shape, index % heads.keyValue, described.count, described, scratch.pointer)
            }
          }
        }
      }
    }
  }

  /// The most rows whose scores, for the query heads of one group, stay in the second-level cache;
  /// enough to fill the blocks of a product.
  private static func attentionBlock(longest: Int, group: Int) -> Int {
    max(1, max(24, (1 << 16) / max(1, longest)) / group)
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

/// The addresses of pages, one sequence after another.
@safe private struct PageAddresses: @unchecked Sendable {
  let base: UnsafePointer<UnsafeRawPointer?>
}

extension PagePlace {
  /// The address of a page on the host.
  fileprivate var pointer: UnsafeMutablePointer<Float> { unsafe storage.pointer + offset }
  fileprivate var halves: UnsafeMutablePointer<UInt16> { unsafe storage.halves + 2 * offset }
}

extension PagedRows {
  fileprivate func withPageAddresses(_ body: (UnsafePointer<UnsafeRawPointer?>) -> Void) {
    let addresses = unsafe pages.map { unsafe UnsafeRawPointer($0.pointer) as UnsafeRawPointer? }
    unsafe addresses.withUnsafeBufferPointer { addresses in
      if let base = addresses.baseAddress { unsafe body(base) }
    }
  }
}
