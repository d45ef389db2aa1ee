import TensorCore
import Testing

@Suite struct `Storage` {
  @Test func `fresh memory is zero, also when it was used before`() {
    let backend = CPUBackend()
    for count in [1, 63, 64, 65, 1000, 100_000] {
      do {
        let used = backend.makeStorage(count: count, zeroed: false)
        used.fill(with: 3)
      }
      #expect(backend.makeStorage(count: count, zeroed: true).values.allSatisfy { $0 == 0 })
      #expect(FloatStorage(count: count).values == [Float](repeating: 0, count: count))
    }
  }

  @Test func `rows are copied to columns`() {
    let storage = FloatStorage(count: 12)
    // A file's rows of three values become the columns of a matrix of four columns.
    storage.copy(transposing: [1, 2, 3], columns: 3, to: 0, width: 4)
    storage.copy(transposing: [4, 5, 6, 7, 8, 9], columns: 3, to: 2, width: 4)
    #expect(storage.values == [1, 0, 4, 7, 2, 0, 5, 8, 3, 0, 6, 9])
  }

  @Test func `memory given back is taken again, by the same size`() {
    let pool = StoragePool()
    for _ in 0..<3 {
      let storages = [1000, 1000, 5000].map { FloatStorage(count: $0, pool: pool, zeroed: false) }
      #expect(storages.map(\.count) == [1000, 1000, 5000])
    }
    #expect(pool.usage.allocationCount == 3)
    #expect(pool.usage.floats == 0)
    #expect(pool.usage.peakFloats == pool.usage.keptFloats)
    // Within a step, blocks of other sizes are not used.
    _ = FloatStorage(count: 900, pool: pool, zeroed: false)
    #expect(pool.usage.allocationCount == 4)
  }

  @Test func `what a new step has no use for makes room for what it asks`() {
    let pool = StoragePool()
    func step(_ sizes: [Int]) -> Int {
      pool.beginStep()
      let before = pool.usage.allocationCount
      let storages = sizes.map { FloatStorage(count: $0, pool: pool, zeroed: true) }
      #expect(storages.allSatisfy { $0.values.allSatisfy { $0 == 0 } })
      for storage in storages { storage.fill(with: 1) }
      return pool.usage.allocationCount - before
    }
    #expect(step([4096, 4096, 1024]) == 3)
    // A little smaller: the same blocks are reused.
    #expect(step([3584, 3072, 960]) == 0)
    // Much larger: the old blocks are freed.
    #expect(step([16384, 8192]) == 2)
    #expect(pool.usage.keptFloats < 16384 + 8192 + 4096)
    #expect(step([16384, 8192]) == 0)
  }

  @Test func `values round-trip`() {
    let tensor = Tensor(shape: [2, 3], values: [1, 2, 3, 4, 5, 6])
    #expect(tensor.rows == 2 && tensor.columns == 3 && tensor.count == 6)
    tensor.values = [6, 5, 4, 3, 2, 1]
    #expect(tensor.values == [6, 5, 4, 3, 2, 1])
    #expect(tensor.storage.values(in: 4..<6) == [2, 1])
    #expect(tensor.storage.location == CPUBackend().location)
    tensor.storage[5] = 9
    #expect(tensor.storage[5] == 9)
    #expect(tensor.gradientValues == [0, 0, 0, 0, 0, 0])
  }

  @Test func `layouts count tokens and restart positions`() {
    let layout = SequenceLayout(lengths: [2, 0, 3])
    #expect(layout.offsets == [0, 2, 2, 5])
    #expect(layout.tokenCount == 5 && layout.sequenceCount == 3 && layout.maxLength == 3)
    #expect(layout.positions == [0, 1, 0, 1, 2])
    #expect(layout.rows(of: 2) == 2..<5)
    #expect(SequenceLayout(lengths: []).tokenCount == 0)
  }
}
