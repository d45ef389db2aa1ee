/// Blocks of 32 values with a scale d and a minimum m: value = d · q + m, q of 4 bits (`block_q4_1`
/// in ggml-common.h). The low halves of 16 bytes are the first 16 values.
enum Q4_1Format: QuantizedFormat {
  static let name = "Q4_1"
  static let code: UInt32 = 3
  static let valuesPerBlock = 32
  static let bytesPerBlock = 20
  static let valuesPerScale = 32
  static let hasAdded = true

  static func unpack(
    _ bytes: Span<UInt8>, at start: Int, into values: inout MutableSpan<Int8>, at first: Int,
    _ scales: inout BlockScales
  ) {
    scales.append(bytes.half(at: start), added: bytes.half(at: start + 2))
    for index in 0..<16 {
      let pair = bytes[start + 4 + index]
      values[first + index] = Int8(pair & 15)
      values[first + 16 + index] = Int8(pair >> 4)
    }
  }
}
