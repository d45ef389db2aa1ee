/// Keys and values of past tokens of one layer, for many sequences, in the pages of all layers.
///
/// In a page, keys lie in panels of 16 tokens, `[head][token / 16][dimension][token mod 16]`, so
/// that scores run along cached tokens with unit stride; then values `[head][token][dimension]`.
///
/// ```swift
/// let rows = pages.prepare(slots: slots, positions: positions, attending: true)
/// cache.append(key: k, value: v, rows: rows, backend: b)
/// let output = cache.attention(query: q, rows: rows, heads: heads, backend: b)
/// ```
package final class KeyValueCache: Sendable {
  package let pages: KeyValuePages
  package let heads: Int
  package let dimension: Int
  /// The place of this layer's keys in a page, in values.
  let offset: Int

  /// Adds a layer to pages that hold no tokens yet.
  package init(keyValueHeads: Int, headDimension: Int, in pages: KeyValuePages) {
    precondition(keyValueHeads > 0 && headDimension > 0)
    self.pages = pages
    heads = keyValueHeads
    dimension = headDimension
    offset = pages.addLayer(valuesPerToken: 2 * keyValueHeads * headDimension)
  }

  /// Makes a cache of one layer, with pages of its own.
  package convenience init(
    slots: Int, keyValueHeads: Int, headDimension: Int, capacity: Int,
    precision: CachePrecision = .float32, pageLength: Int = KeyValuePages.standardLength,
    on backend: any Backend
  ) {
    self.init(
      keyValueHeads: keyValueHeads, headDimension: headDimension,
      in: KeyValuePages(
        slots: slots, capacity: capacity, precision: precision, pageLength: pageLength,
        on: backend))
  }

  /// The number of values from a page's keys to its values.
  var valuesOffset: Int { heads * dimension * pages.pageLength }

  /// Stores row r of `key` and `value`, `[R, heads · dimension]`, as the token of row r. Several
  /// rows may be tokens of the same sequence.
  package func append(key: Tensor, value: Tensor, rows: PagedRows, backend: any Backend) {
    precondition(key.columns == heads * dimension && value.columns == heads * dimension)
    precondition(key.rows == rows.count && value.rows == rows.count)
    backend.append(key, value, to: self, rows: rows)
  }

  /// Causal attention of each row over the tokens of its sequence up to itself, `[R, query heads ·
  /// dimension]`, or over the last of them if `heads` has a window. The result equals the row in a
  /// whole sequence, bit for bit.
  package func attention(
    query: Tensor, rows: PagedRows, heads: AttentionHeads, backend: any Backend
  ) -> Tensor {
    precondition(query.columns == heads.query * heads.dimension && query.rows == rows.count)
    precondition(heads.keyValue == self.heads && heads.dimension == dimension)
    let output = backend.makeTensor([query.rows, query.columns])
    backend.attentionDecode(query, cache: self, rows: rows, heads: heads, into: output)
    return output
  }
}

/// Steps of a single layer.
extension KeyValueCache {
  /// Stores row r as token `positions[r]` of slot `slots[r]`.
  package func append(
    key: Tensor, value: Tensor, slots: [Int], positions: [Int], backend: any Backend
  ) {
    let rows = pages.prepare(slots: slots, positions: positions, attending: false)
    append(key: key, value: value, rows: rows, backend: backend)
  }

  /// Makes a slot share the first `length` tokens of another.
  package func copy(slot: Int, to other: Int, length: Int) {
    pages.share(slot: slot, with: other, length: length)
  }

  /// Attention of row r over the first `lengths[r]` tokens of slot `slots[r]`.
  package func attention(
    query: Tensor, slots: [Int], lengths: [Int], heads: AttentionHeads, backend: any Backend
  ) -> Tensor {
    attention(
      query: query,
      rows: pages.rows(slots: slots, positions: lengths.map { $0 - 1 }, attending: true),
      heads: heads, backend: backend)
  }
}
