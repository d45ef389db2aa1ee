/// Blocks of 32 values with a scale d: value = d · (q − 8), q of 4 bits (`block_q4_0` in
/// ggml-common.h). The low halves of 16 bytes are the first 16 values.
enum Q4_0Format: TensorFormat {
  static let name = "Q4_0"
  static let code: UInt32 = 2
  static let valuesPerBlock = 32
  static let bytesPerBlock = 18

  static func decode(
    _ bytes: Span<UInt8>, at start: Int, into values: inout MutableSpan<Float>, at first: Int
  ) {
    let scale = bytes.half(at: start)
    for index in 0..<16 {
      let pair = bytes[start + 2 + index]
      values[first + index] = scale * Float(Int(pair & 15) - 8)
      values[first + 16 + index] = scale * Float(Int(pair >> 4) - 8)
    }
  }
}
