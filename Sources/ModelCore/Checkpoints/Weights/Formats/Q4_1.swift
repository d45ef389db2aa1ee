/// Blocks of 32 values with a scale d and a minimum m: value = d · q + m, q of 4 bits (`block_q4_1`
/// in ggml-common.h). The low halves of 16 bytes are the first 16 values.
enum Q4_1Format: TensorFormat {
  static let name = "Q4_1"
  static let code: UInt32 = 3
  static let valuesPerBlock = 32
  static let bytesPerBlock = 20

  static func decode(
    _ bytes: Span<UInt8>, at start: Int, into values: inout MutableSpan<Float>, at first: Int
  ) {
    let scale = bytes.half(at: start)
    let minimum = bytes.half(at: start + 2)
    for index in 0..<16 {
      let pair = bytes[start + 4 + index]
      values[first + index] = scale * Float(pair & 15) + minimum
      values[first + 16 + index] = scale * Float(pair >> 4) + minimum
    }
  }
}
