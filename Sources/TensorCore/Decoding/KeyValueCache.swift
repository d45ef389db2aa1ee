/// Keys and values of past tokens of one layer, for many sequences.
///
/// A *slot* holds one sequence of up to `capacity` tokens. Keys lie in panels of 16 tokens,
/// `[slot][head][token / 16][dimension][token mod 16]`, so that scores run along cached tokens with
/// unit stride; values lie `[slot][head][capacity][dimension]`. Capacities are rounded up to
/// multiples of 16.
///
/// ```swift
/// cache.append(key: k, value: v, slots: slots, positions: positions, backend: b)  // row r → slot
/// let output = cache.attention(query: q, slots: slots, lengths: lengths, heads: h, backend: b)
/// ```
package final class KeyValueCache: @unchecked Sendable {
  package let slotCount: Int
  package let heads: Int
  package let dimension: Int
  package let capacity: Int
  package let precision: CachePrecision
  let keys: FloatStorage
  let values: FloatStorage

  package init(
    slots: Int, keyValueHeads: Int, headDimension: Int, capacity: Int,
    precision: CachePrecision = .float32, on backend: any Backend
  ) {
    precondition(slots >= 0 && keyValueHeads > 0 && headDimension > 0 && capacity > 0)
    slotCount = slots
    heads = keyValueHeads
    dimension = headDimension
    self.capacity = (capacity + 15) / 16 * 16
    self.precision = precision
    // In bf16 two values take the space of one float; a slot has a multiple of 16 values.
    let count = slots * keyValueHeads * headDimension * self.capacity / precision.valuesPerFloat
    keys = backend.makeLastingStorage(count: count)
    values = backend.makeLastingStorage(count: count)
  }

  /// Number of values in a slot.
  var slotSize: Int { heads * dimension * capacity }

  /// Stores row r of `key` and `value`, `[R, heads · dimension]`, as token `positions[r]` of slot
  /// `slots[r]`. Several rows may be tokens of the same slot.
  package func append(
    key: Tensor, value: Tensor, slots: [Int], positions: [Int], backend: any Backend
  ) {
    precondition(key.columns == heads * dimension && value.columns == heads * dimension)
    precondition(key.rows == slots.count && value.rows == slots.count)
    precondition(positions.count == slots.count)
    precondition(slots.allSatisfy { $0 >= 0 && $0 < slotCount })
    precondition(positions.allSatisfy { $0 >= 0 && $0 < capacity })
    backend.append(key, value, to: self, slots: slots, positions: positions)
  }

  /// Copies the first `length` tokens of one slot into another, so that a fork shares its prefix.
  package func copy(slot: Int, to other: Int, length: Int) {
    precondition(slot >= 0 && slot < slotCount && other >= 0 && other < slotCount)
    precondition(length >= 0 && length <= capacity)
    guard slot != other, length > 0 else { return }
    // Copies whole panels of keys, and the values of as many tokens.
    let tokens = (length + 15) / 16 * 16
    let count = tokens * dimension / precision.valuesPerFloat
    for head in 0..<heads {
      let from = (slot * slotSize + head * dimension * capacity) / precision.valuesPerFloat
      let to = (other * slotSize + head * dimension * capacity) / precision.valuesPerFloat
      keys.copy(from: keys, at: from, count: count, to: to)
      values.copy(from: values, at: from, count: count, to: to)
    }
  }

  /// Causal attention of one query row per slot over its first `lengths[r]` tokens, `[R, query
  /// heads · dimension]`, or over the last of them if `heads` has a window. The result equals the
  /// row in a whole sequence, bit for bit.
  package func attention(
    query: Tensor, slots: [Int], lengths: [Int], heads: AttentionHeads, backend: any Backend
  ) -> Tensor {
    precondition(query.columns == heads.query * heads.dimension)
    precondition(heads.keyValue == self.heads && heads.dimension == dimension)
    precondition(query.rows == slots.count && lengths.count == slots.count)
    precondition(slots.allSatisfy { $0 >= 0 && $0 < slotCount })
    precondition(lengths.allSatisfy { $0 > 0 && $0 <= capacity })
    let output = backend.makeTensor([query.rows, query.columns])
    backend.attentionDecode(
      query, cache: self, slots: slots, lengths: lengths, heads: heads, into: output)
    return output
  }
}
