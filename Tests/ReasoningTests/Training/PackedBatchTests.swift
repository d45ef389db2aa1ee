import Reasoning
import TensorCore
import Testing

@Suite struct `A packed batch` {
  @Test func `feeds all but the last token and predicts what counts`() {
    let batch = PackedBatch(sequences: [
      ([5, 6, 7], [true, false, true]),
      ([8, 9], [false, true]),
    ])
    #expect(batch.tokens == [5, 6, 8])
    #expect(batch.layout.offsets == [0, 2, 3])
    // Token 7 is predicted from row 1, token 9 from row 2; the first token is never predicted.
    #expect(batch.rows == [1, 2])
    #expect(batch.targets == [7, 9])
  }
}
