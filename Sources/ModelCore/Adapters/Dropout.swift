import TensorCore

/// Dropout (Srivastava et al. 2014): sets each value to 0 with a probability p, and divides the
/// others by 1 - p.
///
/// It drops only on a tape that names the random numbers of its tokens (`Tape.noise`), as training
/// does. The choice depends on the token's own numbers alone, not on the batch around it.
struct Dropout: Sendable {
  /// p, below 1.
  let probability: Double
  /// The purpose of the random numbers: each layer drops for itself.
  let purpose: String

  func callAsFunction(_ x: Tensor, _ tape: Tape) throws -> Tensor {
    guard probability > 0, let noise = tape.noise else { return x }
    guard noise.rowCount == x.rows else {
      throw ShapeError("dropout", ("input", x.shape), ("tokens", [noise.rowCount]))
    }
    let kept = kept(rows: x.rows, columns: x.columns, noise)
    let factor = Float(1 / (1 - probability))
    func applied(to values: [Float]) -> [Float] {
      var values = values
      for index in values.indices { values[index] = kept[index] ? values[index] * factor : 0 }
      return values
    }
    let result = tape.backend.makeTensor(x.shape)
    result.fill(from: applied(to: x.values))
    return tape.custom(result, from: [x]) { dy, targets in
      targets[0]?.write(applied(to: dy.values))
    }
  }

  /// True for each value that stays. A value takes 32 random bits.
  private func kept(rows: Int, columns: Int, _ noise: TokenNoise) -> [Bool] {
    let threshold = UInt32(min(probability * 0x1p32, 0x1p32 - 1))
    var kept = [Bool](repeating: true, count: rows * columns)
    for row in 0..<rows {
      let stream = noise.stream(ofRow: row, purpose: purpose)
      for first in stride(from: 0, to: columns, by: 4) {
        let block = stream.block(at: UInt64(first / 4))
        for lane in 0..<min(4, columns - first) {
          kept[row * columns + first + lane] = block[lane] >= threshold
        }
      }
    }
    return kept
  }
}
