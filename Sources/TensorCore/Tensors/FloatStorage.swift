import Synchronization

/// A block of 32-bit floats of fixed size, in the memory of some device.
///
/// This type gives access to values; only the backend of the device (`CPU/HostMemory.swift`) knows
/// addresses. A backend for another device adds its memory to `DeviceMemory`, and its place to
/// `StorageLocation`.
///
/// Access is not locked. One thread at a time may use it, except that a backend's threads write
/// disjoint ranges inside one operation.
package final class FloatStorage: @unchecked Sendable {
  package let count: Int
  let memory: DeviceMemory
  /// A count that rises whenever values are written through this type, or by a backend that calls
  /// `noteChange`. Data derived from the values compares it to know that it is stale.
  var changes: Int { changeCount.load(ordering: .relaxed) }
  private let changeCount = Atomic<Int>(0)

  /// The memory of a storage, which belongs to it alone.
  enum DeviceMemory {
    case host(HostMemory)
  }

  init(count: Int, memory: DeviceMemory) {
    precondition(count >= 0)
    self.count = count
    self.memory = memory
  }

  deinit {
    switch memory {
    case .host(let memory): memory.free()
    }
  }

  package var location: StorageLocation {
    switch memory {
    case .host: .host
    }
  }

  package var values: [Float] { values(in: 0..<count) }

  package func values(in range: Range<Int>) -> [Float] {
    precondition(range.lowerBound >= 0 && range.upperBound <= count)
    return switch memory {
    case .host(let memory): memory.values(in: range)
    }
  }

  package subscript(index: Int) -> Float {
    get {
      precondition(index >= 0 && index < count)
      return switch memory {
      case .host(let memory): memory[index]
      }
    }
    set {
      precondition(index >= 0 && index < count)
      noteChange()
      switch memory {
      case .host(let memory): memory[index] = newValue
      }
    }
  }

  /// Records a write by a backend. A backend calls it after every write to a weight, because
  /// products keep packed copies of weights. If several threads write at once, some calls may be
  /// lost, but not all.
  package func noteChange() { changeCount.store(changes &+ 1, ordering: .relaxed) }

  package func fill(with value: Float) {
    noteChange()
    switch memory {
    case .host(let memory): memory.fill(with: value, count: count)
    }
  }

  /// Copies `count` floats from `source`; the ranges must lie inside both.
  package func copy(from source: FloatStorage, at start: Int, count: Int, to target: Int) {
    precondition(start >= 0 && target >= 0 && count >= 0)
    precondition(start + count <= source.count && target + count <= self.count)
    noteChange()
    switch (memory, source.memory) {
    case (.host(let memory), .host(let source)):
      memory.copy(from: source, at: start, count: count, to: target)
    }
  }

  package func copy(from values: [Float], to target: Int = 0) {
    precondition(target >= 0 && target + values.count <= count)
    noteChange()
    switch memory {
    case .host(let memory): memory.copy(from: values, to: target)
    }
  }

  /// Copies [rows, columns] values, transposed: to the columns from `first` on of the row-major
  /// matrix of `width` columns that this storage holds. Files hold matrices in the other order, and
  /// are read a few rows at a time.
  package func copy(transposing values: [Float], columns: Int, to first: Int, width: Int) {
    precondition(columns > 0 && values.count % columns == 0 && columns * width == count)
    precondition(first >= 0 && first + values.count / columns <= width)
    noteChange()
    switch memory {
    case .host(let memory):
      memory.copy(transposing: values, columns: columns, to: first, width: width)
    }
  }

  /// Returns some columns, one after another, of the row-major matrix of `width` columns that this
  /// storage holds: rows of its transpose, as files hold it.
  package func values(transposing columns: Range<Int>, width: Int) -> [Float] {
    precondition(width > 0 && count % width == 0)
    precondition(columns.lowerBound >= 0 && columns.upperBound <= width)
    return switch memory {
    case .host(let memory):
      memory.values(transposing: columns, rows: count / width, width: width)
    }
  }

  /// The first value that is NaN or infinite; nil if there is none.
  package var firstNonFinite: Float? {
    switch memory {
    case .host(let memory): memory.firstNonFinite(count: count)
    }
  }
}
