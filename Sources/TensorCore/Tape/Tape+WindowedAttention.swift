extension Tape {
  /// Attention in which every token is the last of a sequence of its own, its window.
  func windowedAttention(
    query: Tensor, key: Tensor, value: Tensor, heads: Int, keyValueHeads: Int,
    layout: SequenceLayout, window: Int
  ) throws(ShapeError) -> Tensor {
    guard window > 0 else { throw ShapeError("attention", "window \(window) is not above 0") }
    guard layout.tokenCount == query.rows else {
      throw ShapeError("attention", ("query", query.shape), ("layout", [layout.tokenCount]))
    }
    let lengths = layout.positions.map { min(Int($0) + 1, window) }
    let windows = SequenceLayout(lengths: lengths)
    let rows = lengths.enumerated().flatMap { row, length in
      (row - length + 1...row).map { Int32($0) }
    }
    let mixed = try attention(
      query: try embedding(query, rows), key: try embedding(key, rows),
      value: try embedding(value, rows), heads: heads, keyValueHeads: keyValueHeads,
      layout: windows)
    return try embedding(mixed, windows.offsets.dropFirst().map { Int32($0 - 1) })
  }
}
