import TensorCore
import Testing

@Suite struct `Blocks of logits` {
  @Test func `are bounded in bytes, and not too small for a product`() {
    for vocabulary in [1, 64, 512, 49_152, 150_000, 262_144, 1_000_000] {
      for least in [24, 96] {
        let rows = LogitBlock.rows(vocabulary: vocabulary, least: least)
        #expect(rows >= least && rows % least == 0)
        #expect(rows == least || rows * vocabulary * 4 <= 16 << 20)
      }
    }
    #expect(LogitBlock.rows(vocabulary: 150_000) == 24)
  }

  @Test func `scores do not depend on blocks`() throws {
    // More rows than a block, of a vocabulary of 200 000 tokens.
    let (rows, width, vocabulary) = (31, 4, 200_000)
    let backend = CPUBackend(threads: 2)
    let hidden = noiseTensor([rows, width], "hidden")
    let table = noiseTensor([vocabulary, width], "table")
    let tape = Tape(backend: backend, recording: false)
    let targets = (0..<rows).map { Int32($0 * 6451 % vocabulary) }
    let together = try tape.logProbabilities(
      hidden, table: table, rows: (0..<rows).map { Int32($0) }, targets: targets)
    for row in [0, 23, 24, 30] {
      let alone = try tape.logProbabilities(
        hidden, table: table, rows: [Int32(row)], targets: [targets[row]])
      #expect(bits(alone) == [together.values[row].bitPattern])
    }
  }
}
