import Reasoning
import TensorCore
import Testing

@Suite struct `Packing into rows` {
  @Test func `puts the longest first, each into the fullest row with room, by hand`() {
    // 6 opens row 0, 5 row 1, 4 fits into 0 (room 4 is less than 5), 3 into 1, 2 into 1 (room 2), 1
    // opens row 2.
    #expect(
      RowPacking.rows(of: [2, 5, 1, 4, 6, 3], capacity: 10) == [[4, 3], [1, 5, 0], [2]])
    #expect(RowPacking.rows(of: [], capacity: 10) == [])
    #expect(RowPacking.rows(of: [10, 10], capacity: 10) == [[0], [1]])
    // Equal lengths keep their order.
    #expect(RowPacking.rows(of: [1, 1, 1, 1, 1], capacity: 2) == [[0, 1], [2, 3], [4]])
  }

  @Test(arguments: [1, 2, 7, 64, 100]) func `agrees with a search through all rows`(
    capacity: Int
  ) {
    for seed in 0..<40 {
      var stream = RandomStream(seed: UInt64(seed), purpose: "packing")
      let lengths = (0..<stream.int(in: 0...90)).map { _ in stream.int(in: 1...capacity) }
      let rows = RowPacking.rows(of: lengths, capacity: capacity)
      #expect(rows.flatMap(\.self).sorted() == Array(lengths.indices))
      let sums = rows.map { $0.reduce(0) { $0 + lengths[$1] } }
      #expect(sums.allSatisfy { $0 <= capacity })
      #expect(sums.sorted() == Self.searched(lengths, capacity).sorted())
      #expect(RowPacking.rows(of: lengths, capacity: capacity) == rows)
    }
  }

  /// The tokens of the rows that best-fit decreasing makes, by a search through all rows.
  private static func searched(_ lengths: [Int], _ capacity: Int) -> [Int] {
    var sums: [Int] = []
    for length in lengths.sorted(by: >) {
      let fitting = sums.indices.filter { sums[$0] + length <= capacity }
      if let row = fitting.max(by: { sums[$0] < sums[$1] }) {
        sums[row] += length
      } else {
        sums.append(length)
      }
    }
    return sums
  }
}
