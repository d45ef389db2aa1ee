import Synchronization

#if canImport(Glibc)
  import Glibc
#endif

/// Keeps the memory of freed storages for new ones of the same size, so that a training step with
/// the shapes of the step before allocates nothing from the system.
///
/// If shapes change, memory not yet used in the current step gets another size or is returned to
/// the system, as much as the step needs: the memory held follows the largest step.
package final class StoragePool: @unchecked Sendable {
  @safe struct Block: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<Float>
    /// Size in floats.
    let capacity: Int
    /// The step in which the block was freed.
    var step = 0
  }

  private let contents: Mutex<Contents>

  /// Creates a pool that keeps at most `limit` floats, or twice the peak use if that is more.
  package init(limit: Int = 256 << 20) {
    contents = Mutex(Contents(limit: limit))
  }

  deinit {
    contents.withLock { contents in
      for blocks in contents.free.values {
        for block in blocks { unsafe block.pointer.deallocate() }
      }
    }
  }

  /// The rounded size of a request. Sizes grow in steps of an eighth, so that batches of slightly
  /// different token counts share blocks.
  static func capacity(for count: Int) -> Int {
    let least = 64
    if count <= least { return least }
    let power = Int.bitWidth - (count - 1).leadingZeroBitCount
    let step = max(least, 1 << max(0, power - 4))
    return (count + step - 1) / step * step
  }

  /// Allocates zeroed memory. Large blocks use huge pages: a decoder reads its whole cache for
  /// every token, and with small pages would spend a tenth of its time on address translation.
  static func allocate(capacity: Int) -> UnsafeMutablePointer<Float> {
    let bytes = capacity * 4
    let isLarge = bytes >= 2 * largePage
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: bytes, alignment: isLarge ? largePage : 64)
    #if canImport(Glibc)
      if isLarge { _ = unsafe madvise(memory, bytes, MADV_HUGEPAGE) }
    #endif
    return unsafe memory.initializeMemory(as: Float.self, repeating: 0, count: capacity)
  }

  private static let largePage = 2 << 20

  package var usage: MemoryUsage { contents.withLock { $0.usage } }

  /// Begins a new measurement of the peak.
  package func resetPeak() {
    contents.withLock { $0.usage.peakFloats = $0.usage.floats }
  }

  /// Announces that shapes may change from now on.
  package func beginStep() {
    contents.withLock { $0.step += 1 }
  }

  /// Returns memory of this size or up to half as much again; fresh memory is zeroed.
  func take(capacity: Int) -> (block: Block, isFresh: Bool) {
    let (found, dropped) = contents.withLock { $0.take(capacity) }
    for block in dropped { unsafe block.pointer.deallocate() }
    if let found { return (found, false) }
    return (unsafe Block(pointer: Self.allocate(capacity: capacity), capacity: capacity), true)
  }

  func giveBack(_ block: Block) {
    let dropped = contents.withLock { $0.giveBack(block) }
    for block in dropped { unsafe block.pointer.deallocate() }
  }
}

/// The memory that the storages of one pool take, in floats of their rounded sizes.
package struct MemoryUsage: Sendable, Hashable {
  /// Floats held by storages that are alive.
  package var floats = 0
  /// The most floats held at once since the start or the last `resetPeak`.
  package var peakFloats = 0
  /// Floats that were freed and are kept for reuse.
  package var keptFloats = 0
  /// Number of allocations from the system, made because no freed block fitted.
  package var allocationCount = 0
}

/// The pool's accounting, which does not touch memory itself.
private struct Contents {
  let limit: Int
  /// Free blocks by capacity; the most recently freed are at the end.
  var free: [Int: [StoragePool.Block]] = [:]
  var usage = MemoryUsage()
  var step = 0
  private var mostFloats = 0

  init(limit: Int) { self.limit = limit }

  /// Takes a free block, or returns nil if the caller has to allocate; also returns the blocks that
  /// the caller should return to the system.
  mutating func take(
    _ capacity: Int
  ) -> (found: StoragePool.Block?, dropped: [StoragePool.Block]) {
    var dropped: [StoragePool.Block] = []
    var found = free[capacity]?.popLast()
    if found == nil {
      let sizes = free.filter { isStale($0.value) }.keys.sorted()
      if let size = sizes.first(where: { $0 > capacity && $0 <= capacity + capacity / 2 }) {
        found = free[size]?.removeFirst()
      } else {
        dropped = dropStale(sizes, atLeast: capacity)
        usage.allocationCount += 1
      }
    }
    if let found {
      usage.keptFloats -= found.capacity
      usage.floats += found.capacity
    } else {
      usage.floats += capacity
    }
    usage.peakFloats = max(usage.peakFloats, usage.floats)
    mostFloats = max(mostFloats, usage.floats)
    return (found, dropped)
  }

  mutating func giveBack(_ block: StoragePool.Block) -> [StoragePool.Block] {
    usage.floats -= block.capacity
    var block = block
    block.step = step
    guard usage.keptFloats + block.capacity > max(limit, 2 * mostFloats) else {
      free[block.capacity, default: []].append(block)
      usage.keptFloats += block.capacity
      return []
    }
    // Free blocks of sizes no longer in use must not displace those in use, so the other sizes are
    // freed.
    let others = free.filter { $0.key != block.capacity }.values.flatMap { $0 }
    free = free.filter { $0.key == block.capacity }
    usage.keptFloats -= others.reduce(0) { $0 + $1.capacity }
    return [block] + others
  }

  /// Returns true if the first of these blocks has not been used in this step.
  private func isStale(_ blocks: [StoragePool.Block]) -> Bool {
    blocks.first.map { $0.step < step } ?? false
  }

  /// Removes blocks that this step has not used, the largest first.
  private mutating func dropStale(_ sizes: [Int], atLeast count: Int) -> [StoragePool.Block] {
    var dropped: [StoragePool.Block] = []
    var floats = 0
    for size in sizes.reversed() {
      while floats < count, let blocks = free[size], isStale(blocks) {
        dropped.append(blocks[0])
        free[size]?.removeFirst()
        floats += size
      }
    }
    usage.keptFloats -= floats
    return dropped
  }
}
