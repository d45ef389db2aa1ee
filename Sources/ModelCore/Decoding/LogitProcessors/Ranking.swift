/// The ids of a row of logits from the likeliest down, the lower id first among equals, worked out
/// only as far as asked: a heap.
struct Ranking {
  /// Every id's parent, at half its index, ranks above it.
  private var heap: [Int32]

  /// Takes O(n); dropped ids are left out.
  init(of logits: Span<Float>) {
    heap = []
    heap.reserveCapacity(logits.count)
    for id in logits.indices where logits[id] > -.infinity { heap.append(Int32(id)) }
    for index in stride(from: heap.count / 2 - 1, through: 0, by: -1) {
      siftDown(from: index, logits)
    }
  }

  /// Drops every id from the first on for which `isKept`, given the id and its rank from 0, is false.
  /// The likeliest always stays. Takes O(log n) for every id that is kept.
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
