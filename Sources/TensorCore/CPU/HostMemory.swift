/// Floats in the memory of the processor, outside Swift's arrays: 64-byte aligned.
///
/// It does not check ranges; `FloatStorage` does. A storage owns it and calls `free` once.
@safe struct HostMemory {
  /// The address, valid while the storage lives.
  let pointer: UnsafeMutablePointer<Float>
  private let block: StoragePool.Block
  private let pool: StoragePool?

  /// Takes memory from `pool`, or zeroed memory from the system; the values of memory from a pool
  /// are undefined unless `zeroed`.
  init(count: Int, pool: StoragePool?, zeroed: Bool) {
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

  /// Returns the memory to its pool or to the system.
  func free() {
    if let pool {
      pool.giveBack(block)
    } else {
      unsafe pointer.deallocate()
    }
  }

  subscript(index: Int) -> Float {
    get { unsafe pointer[index] }
    nonmutating set { unsafe pointer[index] = newValue }
  }

  func values(in range: Range<Int>) -> [Float] {
    unsafe Array(UnsafeBufferPointer(start: pointer + range.lowerBound, count: range.count))
  }

  func fill(with value: Float, count: Int) {
    unsafe pointer.update(repeating: value, count: count)
  }

  func copy(from source: HostMemory, at start: Int, count: Int, to target: Int) {
    unsafe (pointer + target).update(from: source.pointer + start, count: count)
  }

  func copy(from values: [Float], to target: Int) {
    unsafe values.withUnsafeBufferPointer { source in
      guard let base = source.baseAddress else { return }
      unsafe (pointer + target).update(from: base, count: source.count)
    }
  }

  /// Copies [rows, columns] values to the columns from `first` on of a matrix of `width` columns.
  func copy(transposing values: [Float], columns: Int, to first: Int, width: Int) {
    let rows = values.count / columns
    unsafe values.withUnsafeBufferPointer { source in
      for column in 0..<columns {
        let target = unsafe pointer + column * width + first
        for row in 0..<rows { unsafe target[row] = source[row * columns + column] }
      }
    }
  }

  /// Returns some columns of a matrix of `width` columns, one after another.
  func values(transposing columns: Range<Int>, rows: Int, width: Int) -> [Float] {
    unsafe Array(unsafeUninitializedCapacity: columns.count * rows) { values, count in
      for row in 0..<rows {
        let source = unsafe pointer + row * width
        for column in columns {
          unsafe values[(column - columns.lowerBound) * rows + row] = source[column]
        }
      }
      count = columns.count * rows
    }
  }

  func firstNonFinite(count: Int) -> Float? {
    for index in 0..<count where unsafe !pointer[index].isFinite { return unsafe pointer[index] }
    return nil
  }
}

extension FloatStorage {
  /// Allocates zeroed memory of the processor.
  package convenience init(count: Int) {
    self.init(count: count, pool: nil, zeroed: true)
  }

  /// Takes memory of the processor from `pool` and returns it there at the end; its values are
  /// undefined unless `zeroed`.
  package convenience init(count: Int, pool: StoragePool?, zeroed: Bool) {
    precondition(count >= 0)
    self.init(
      count: count, memory: .host(HostMemory(count: count, pool: pool, zeroed: zeroed)))
  }

  /// The floats of a storage on the host, valid while the storage lives.
  var pointer: UnsafeMutablePointer<Float> {
    switch memory {
    case .host(let memory): unsafe memory.pointer
    }
  }

  /// The same memory as 16-bit values, twice as many.
  var halves: UnsafeMutablePointer<UInt16> {
    unsafe UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: UInt16.self)
  }
}
