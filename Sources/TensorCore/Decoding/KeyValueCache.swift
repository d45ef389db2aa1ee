/// Keys and values of past tokens of one layer, for many sequences.
///
/// A *slot* holds one sequence of up to `capacity` tokens. Keys lie transposed,
/// `[slot][head][dimension][capacity]`, so that scores run along cached tokens with unit stride;
/// values lie `[slot][head][capacity][dimension]`. Capacities are rounded up to multiples of 16.
///
/// ```swift
/// cache.append(key: k, value: v, slots: slots, positions: positions)    // row r → its slot
/// let output = cache.attention(query: q, slots: slots, lengths: lengths, heads: h, backend: b)
/// ```
package final class KeyValueCache: @unchecked Sendable {
  package let slotCount: Int
  package let heads: Int
  package let dimension: Int
  package let capacity: Int
  let keys: FloatStorage
  let values: FloatStorage

  package init(slots: Int, keyValueHeads: Int, headDimension: Int, capacity: Int) {
    precondition(slots >= 0 && keyValueHeads > 0 && headDimension > 0 && capacity > 0)
    slotCount = slots
    heads = keyValueHeads
    dimension = headDimension
    self.capacity = (capacity + 15) / 16 * 16
    let count = slots * keyValueHeads * headDimension * self.capacity
    keys = FloatStorage(count: count)
    values = FloatStorage(count: count)
  }

  var slotSize: Int { heads * dimension * capacity }

  /// Stores row r of `key` and `value`, `[R, heads · dimension]`, as token `positions[r]` of slot
  /// `slots[r]`. Rows may be many tokens of one slot.
  package func append(key: Tensor, value: Tensor, slots: [Int], positions: [Int]) {
    precondition(key.columns == heads * dimension && value.columns == heads * dimension)
    precondition(key.rows == slots.count && value.rows == slots.count)
    precondition(positions.count == slots.count)
    for row in slots.indices {
      let position = positions[row]
      precondition(slots[row] >= 0 && slots[row] < slotCount)
      precondition(position >= 0 && position < capacity)
      for head in 0..<heads {
        let source = (row * heads + head) * dimension
        let base = slots[row] * slotSize + head * dimension * capacity
        values.copy(
          from: value.storage, at: source, count: dimension, to: base + position * dimension)
        for index in 0..<dimension {
          unsafe keys.pointer[base + index * capacity + position] =
            key.storage.pointer[source + index]
        }
      }
    }
  }

  /// Copies the first `length` tokens of one slot into another: a fork shares its prefix.
  package func copy(slot: Int, to other: Int, length: Int) {
    precondition(slot >= 0 && slot < slotCount && other >= 0 && other < slotCount)
    precondition(length >= 0 && length <= capacity)
    guard slot != other, length > 0 else { return }
    for head in 0..<heads {
      let from = slot * slotSize + head * dimension * capacity
      let to = other * slotSize + head * dimension * capacity
      values.copy(from: values, at: from, count: length * dimension, to: to)
      for index in 0..<dimension {
        keys.copy(from: keys, at: from + index * capacity, count: length, to: to + index * capacity)
      }
    }
  }

  /// Causal attention of one query row per slot over its first `lengths[r]` tokens, or the last
  /// `window` of them: `[R, query heads · dimension]`. Equals the row in a whole sequence, bit for bit.
  package func attention(
    query: Tensor, slots: [Int], lengths: [Int], heads: AttentionHeads, window: Int? = nil,
    backend: any Backend
  ) -> Tensor {
    if let window {
      let windows = windows(of: slots, lengths: lengths, window: window)
      return windows.attention(
        query: query, slots: Array(slots.indices), lengths: lengths.map { min($0, window) },
        heads: heads, backend: backend)
    }
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

  /// A cache of the last `window` tokens of every row's sequence, a slot for each row.
  private func windows(of slots: [Int], lengths: [Int], window: Int) -> KeyValueCache {
    let cache = KeyValueCache(
      slots: slots.count, keyValueHeads: heads, headDimension: dimension, capacity: window)
    for row in slots.indices {
      let count = min(lengths[row], window)
      let start = lengths[row] - count
      for head in 0..<heads {
        let from = slots[row] * slotSize + head * dimension * capacity
        let to = row * cache.slotSize + head * dimension * cache.capacity
        cache.values.copy(
          from: values, at: from + start * dimension, count: count * dimension, to: to)
        for index in 0..<dimension {
          cache.keys.copy(
            from: keys, at: from + index * capacity + start, count: count,
            to: to + index * cache.capacity)
        }
      }
    }
    return cache
  }
}
