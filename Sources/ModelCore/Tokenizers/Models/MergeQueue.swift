/// Merges the symbols of a word, pair by pair: always the pair whose merge comes first in the list
/// of merges, and of equal pairs the leftmost.
///
/// A few symbols are searched through. Many are kept in a heap from which merges that have become
/// impossible are not removed, but left out when their turn comes: O(n log n).
struct MergeQueue: Sendable {
  /// Words of more symbols use the heap. Both ways give the same.
  static let mostSearched = 40

  /// The symbols of the word; afterwards what is left of them.
  var symbols: [Int32] = []
  private var values: [UInt64] = []
  private var next: [Int32] = []
  private var previous: [Int32] = []
  /// Ranks and positions of merges, as a heap with four children.
  private var heap: [UInt64] = []

  /// True if it holds room for more symbols than words have but in hostile texts.
  var isLarge: Bool { max(symbols.capacity, heap.capacity) > 1 << 16 }

  /// Merges all symbols as far as possible.
  mutating func merge(by merges: IntegerTable, mostSearched: Int = Self.mostSearched) {
    if symbols.count <= mostSearched {
      mergeBySearch(merges)
    } else {
      mergeByHeap(merges)
    }
  }

  /// The rank of a merge in the upper half, its token in the lower; the largest number for none.
  @inline(__always)
  private static func value(_ left: Int32, _ right: Int32, _ merges: IntegerTable) -> UInt64 {
    merges[MergeQueue.key(left, right)] ?? .max
  }

  @inline(__always)
  static func key(_ left: Int32, _ right: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
  }

  private mutating func mergeBySearch(_ merges: IntegerTable) {
    var count = symbols.count
    guard count > 1 else { return }
    values.removeAll(keepingCapacity: true)
    for index in 0..<count - 1 {
      values.append(Self.value(symbols[index], symbols[index + 1], merges))
    }
    while count > 1 {
      var place = 0
      var best = UInt64.max
      for index in 0..<count - 1 where values[index] < best {
        best = values[index]
        place = index
      }
      guard best != .max else { break }
      symbols[place] = Int32(truncatingIfNeeded: best)
      count -= 1
      for index in place + 1..<max(count, place + 1) { symbols[index] = symbols[index + 1] }
      for index in place..<max(count - 1, place) { values[index] = values[index + 1] }
      if place > 0 { values[place - 1] = Self.value(symbols[place - 1], symbols[place], merges) }
      if place < count - 1 {
        values[place] = Self.value(symbols[place], symbols[place + 1], merges)
      }
    }
    symbols.removeLast(symbols.count - count)
  }

  private mutating func mergeByHeap(_ merges: IntegerTable) {
    let count = symbols.count
    next = (0..<Int32(count)).map { $0 + 1 }
    previous = (0..<Int32(count)).map { $0 - 1 }
    heap.removeAll(keepingCapacity: true)
    for index in 0..<count - 1 {
      let value = Self.value(symbols[index], symbols[index + 1], merges)
      if value != .max { heap.append((value >> 32) << 32 | UInt64(index)) }
    }
    for index in stride(from: heap.count / 4, through: 0, by: -1) { sink(from: index) }
    while let top = popHeap() {
      let place = Int(UInt32(truncatingIfNeeded: top))
      // A symbol that was taken into the one before it is marked by -1.
      guard symbols[place] >= 0, Int(next[place]) < count else { continue }
      let right = Int(next[place])
      let value = Self.value(symbols[place], symbols[right], merges)
      guard value != .max, value >> 32 == top >> 32 else { continue }
      symbols[place] = Int32(truncatingIfNeeded: value)
      symbols[right] = -1
      let after = next[right]
      next[place] = after
      if Int(after) < count {
        previous[Int(after)] = Int32(place)
        push(place, Int(after), merges)
      }
      if previous[place] >= 0 { push(Int(previous[place]), place, merges) }
    }
    symbols.removeAll { $0 < 0 }
  }

  private mutating func push(_ left: Int, _ right: Int, _ merges: IntegerTable) {
    let value = Self.value(symbols[left], symbols[right], merges)
    guard value != .max else { return }
    let entry = (value >> 32) << 32 | UInt64(left)
    heap.append(entry)
    var index = heap.count - 1
    while index > 0 {
      let parent = (index - 1) / 4
      guard heap[parent] > entry else { break }
      heap[index] = heap[parent]
      index = parent
    }
    heap[index] = entry
  }

  private mutating func popHeap() -> UInt64? {
    guard let top = heap.first, let last = heap.popLast() else { return nil }
    if !heap.isEmpty {
      heap[0] = last
      sink(from: 0)
    }
    return top
  }

  private mutating func sink(from start: Int) {
    guard start < heap.count else { return }
    let entry = heap[start]
    var index = start
    while true {
      let first = 4 * index + 1
      guard first < heap.count else { break }
      var least = first
      for child in first + 1..<max(min(first + 4, heap.count), first + 1)
      where heap[child] < heap[least] {
        least = child
      }
      guard heap[least] < entry else { break }
      heap[index] = heap[least]
      index = least
    }
    heap[index] = entry
  }
}
