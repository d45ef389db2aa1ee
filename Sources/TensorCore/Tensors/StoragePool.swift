import Synchronization

/// Keeps the memory of dropped storages for the next ones of the same size, so that a training step
/// asks the system for nothing after the first.
package final class StoragePool: @unchecked Sendable {
  private struct Contents {
    @safe struct Block: @unchecked Sendable {
      let pointer: UnsafeMutablePointer<Float>
    }
    var free: [Int: [Block]] = [:]
    var keptFloats = 0
    var usage = MemoryUsage()
  }

  private let contents = Mutex(Contents())
  private let limit: Int

  /// Keeps at most `limit` floats; beyond that what lies unused is freed.
  package init(limit: Int = 256 << 20) {
    self.limit = limit
  }

  deinit {
    contents.withLock { contents in
      for blocks in contents.free.values {
        for block in blocks { unsafe block.pointer.deallocate() }
      }
    }
  }

  /// The size a request is rounded up to: steps of an eighth, so that batches of slightly different
  /// token counts share blocks.
  static func capacity(for count: Int) -> Int {
    let least = 64
    if count <= least { return least }
    let power = Int.bitWidth - (count - 1).leadingZeroBitCount
    let step = max(least, 1 << max(0, power - 4))
    return (count + step - 1) / step * step
  }

  static func allocate(capacity: Int) -> UnsafeMutablePointer<Float> {
    unsafe UnsafeMutableRawPointer.allocate(byteCount: capacity * 4, alignment: 64)
      .initializeMemory(as: Float.self, repeating: 0, count: capacity)
  }

  package var usage: MemoryUsage { contents.withLock { $0.usage } }

  /// Begins a new measurement of the peak.
  package func resetPeak() {
    contents.withLock { $0.usage.peakFloats = $0.usage.floats }
  }

  /// Memory of this size that was given back; nil when the caller has to allocate it.
  func take(capacity: Int) -> UnsafeMutablePointer<Float>? {
    let block = contents.withLock { contents -> Contents.Block? in
      contents.usage.floats += capacity
      contents.usage.peakFloats = max(contents.usage.peakFloats, contents.usage.floats)
      guard let block = contents.free[capacity]?.popLast() else {
        contents.usage.allocationCount += 1
        return nil
      }
      contents.keptFloats -= capacity
      return block
    }
    return unsafe block?.pointer
  }

  func giveBack(_ pointer: UnsafeMutablePointer<Float>, capacity: Int) {
    let block = unsafe Contents.Block(pointer: pointer)
    // Sizes that were used once must not keep out those in use now: what is kept of the others goes.
    let dropped = contents.withLock { contents -> [Contents.Block] in
      contents.usage.floats -= capacity
      guard contents.keptFloats + capacity > limit else {
        contents.free[capacity, default: []].append(block)
        contents.keptFloats += capacity
        return []
      }
      let others = contents.free.filter { $0.key != capacity }
      for (size, blocks) in others {
        contents.free[size] = nil
        contents.keptFloats -= size * blocks.count
      }
      return [block] + others.values.flatMap { $0 }
    }
    for block in dropped { unsafe block.pointer.deallocate() }
  }
}

/// What the storages of one pool take, in floats of their rounded sizes.
package struct MemoryUsage: Sendable, Hashable {
  /// Held by storages that live now.
  package var floats = 0
  /// The most that was held at once since the start or the last `resetPeak`.
  package var peakFloats = 0
  /// How often the system was asked, since nothing fitting had been given back.
  package var allocationCount = 0
}
