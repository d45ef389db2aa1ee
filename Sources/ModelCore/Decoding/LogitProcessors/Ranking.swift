/// Ranks the tokens of a row of logits from the most likely down; of equal logits the lower token
/// comes first. It is a heap, so only the part of the order that is asked for is computed.
struct Ranking {
  /// A binary heap: each token ranks below its parent, which is at half its index.
  private var heap: [Int32]

  /// Takes O(n); removed tokens are left out.
  init(of logits: Span<Float>) {
    heap = []
    heap.reserveCapacity(logits.count)
    for id in logits.indices where logits[id] > -.infinity { heap.append(Int32(id)) }
    for index in stride(from: heap.count / 2 - 1, through: 0, by: -1) {
      siftDown(from: index, logits)
    }
  }

  /// Removes every token from the first one for which `isKept(id, rank)` is false; ranks start at
  /// 0. The most likely token always stays. Takes O(log n) for every token that is kept.
  mutating func keepFirst(in logits: inout MutableSpan<Float>, _ isKept: (Int, Int) -> Bool) {
    var rank = 0
    while let first = heap.first, isKept(Int(first), rank) || rank == 0 {
      let last = heap.removeLast()
      if !heap.isEmpty {
        heap[0] = last
        siftDown(from: 0, logits.span)
      }
      rank += 1
    }
    for id in heap { logits[Int(id)] = -.infinity }
  }

  private mutating func siftDown(from start: Int, _ logits: Span<Float>) {
    let id = heap[start]
    let logit = logits[Int(id)]
    var index = start
    while true {
      var child = 2 * index + 1
      guard child < heap.count else { break }
      let right = child + 1
      if right < heap.count,
        Self.ranks(
          heap[right], logits[Int(heap[right])], above: heap[child], logits[Int(heap[child])])
      {
        child = right
      }
      guard Self.ranks(heap[child], logits[Int(heap[child])], above: id, logit) else { break }
      heap[index] = heap[child]
      index = child
    }
    heap[index] = id
  }

  private static func ranks(
    _ id: Int32, _ logit: Float, above other: Int32, _ otherLogit: Float
  ) -> Bool {
    logit != otherLogit ? logit > otherLogit : id < other
  }
}
