import Reasoning
import TensorCore
import Testing

@Suite struct `MicroBatching over a batch` {
  private func ranges(
    _ lengths: [Int], size: Int = 64, numerics: MatrixNumerics = .exact
  ) -> [Range<Int>] {
    MicroBatching(microBatchSize: size, backend: CPUBackend(numerics: numerics)).ranges(of: lengths)
  }

  @Test func `cover everything once, in order`() {
    #expect(ranges([1, 2, 3, 4, 5], size: 2) == [0..<2, 2..<4, 4..<5])
    #expect(ranges([]).isEmpty)
    #expect(ranges([9]) == [0..<1])
  }

  @Test func `end before there are more than 1024 tokens`() {
    #expect(ranges([1000, 24, 1, 1023, 1]) == [0..<2, 2..<4, 4..<5])
  }

  @Test func `take a longer sequence alone`() {
    #expect(ranges([5, 3000, 2000, 7]) == [0..<1, 1..<2, 2..<3, 3..<4])
  }

  @Test func `are the field's alone where the division decides bits`() {
    for numerics in [MatrixNumerics.blas, .bf16AMX] {
      #expect(ranges([1000, 1000, 1000], size: 2, numerics: numerics) == [0..<2, 2..<3])
    }
  }
}
