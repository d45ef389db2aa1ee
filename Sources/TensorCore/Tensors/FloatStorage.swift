import Synchronization

/// A block of 32-bit floats outside Swift's arrays: 64-byte aligned, of fixed size.
///
/// Access is not locked. One thread at a time may use it, except that a backend's threads write
/// disjoint ranges inside one operation.
@safe package final class FloatStorage: @unchecked Sendable {
  package let count: Int
  /// The memory, valid while this object lives.
  package let pointer: UnsafeMutablePointer<Float>
  /// The same memory as 16-bit values, twice as many.
  var halves: UnsafeMutablePointer<UInt16> {
    unsafe UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: UInt16.self)
  }
  private let pool: StoragePool?
  /// A count that rises whenever values are written through this type, or by a backend that calls
  /// `noteChange`. Data derived from the values compares it to know that it is stale.
  var changes: Int { changeCount.load(ordering: .relaxed) }
  private let changeCount = Atomic<Int>(0)
  private let block: StoragePool.Block

  /// Allocates zeroed memory.
  package convenience init(count: Int) {
    self.init(count: count, pool: nil, zeroed: true)
  }

  /// Takes memory from `pool` and returns it there at the end; its values are undefined unless
  /// `zeroed`.
  package init(count: Int, pool: StoragePool?, zeroed: Bool) {
    precondition(count >= 0)
    self.count = count
    self.pool = pool
    let capacity = StoragePool.capacity(for: count)
    if let pool {
      let (taken, isFresh) = pool.take(capacity: capacity)
      block = taken
      if zeroed, !isFresh { unsafe taken.pointer.update(repeating: 0, count: count) }
    } else {
      block = unsafe StoragePool.Block(
        pointer: StoragePool.allocate(capacity: capacity), capacity: capacity)
    }
    unsafe pointer = block.pointer
  }

  deinit {
    if let pool {
      pool.giveBack(block)
    } else {
      unsafe pointer.deallocate()
    }
  }

  package var values: [Float] {
    unsafe Array(UnsafeBufferPointer(start: pointer, count: count))
  }

  package func values(in range: Range<Int>) -> [Float] {
    precondition(range.lowerBound >= 0 && range.upperBound <= count)
    return unsafe Array(UnsafeBufferPointer(start: pointer + range.lowerBound, count: range.count))
  }

  package subscript(index: Int) -> Float {
    get {
      precondition(index >= 0 && index < count)
      return unsafe pointer[index]
    }
    set {
      precondition(index >= 0 && index < count)
      noteChange()
      unsafe pointer[index] = newValue
    }
  }

  /// Records a direct write to `pointer`. Call it after every direct write to a weight, because
  /// products keep packed copies of weights. If several threads write at once, some calls may be
  /// lost, but not all.
  package func noteChange() { changeCount.store(changes &+ 1, ordering: .relaxed) }

  package func fill(with value: Float) {
    noteChange()
    unsafe pointer.update(repeating: value, count: count)
  }

  /// Copies `count` floats from `source`; the ranges must lie inside both.
  package func copy(from source: FloatStorage, at start: Int, count: Int, to target: Int) {
    precondition(start >= 0 && target >= 0 && count >= 0)
    precondition(start + count <= source.count && target + count <= self.count)
    noteChange()
    unsafe (pointer + target).update(from: source.pointer + start, count: count)
  }

  package func copy(from values: [Float], to target: Int = 0) {
    precondition(target >= 0 && target + values.count <= count)
    noteChange()
    unsafe values.withUnsafeBufferPointer { source in
      guard let base = source.baseAddress else { return }
      unsafe (pointer + target).update(from: base, count: source.count)
    }
  }

  package func withSpan<R, E: Error>(_ body: (Span<Float>) throws(E) -> R) throws(E) -> R {
    let span = unsafe Span(_unsafeStart: pointer, count: count)
    return try body(span)
  }
}
