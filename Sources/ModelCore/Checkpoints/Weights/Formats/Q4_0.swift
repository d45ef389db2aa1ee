/// Blocks of 32 values with a scale d: value = d · (q − 8), q of 4 bits (`block_q4_0` in
/// ggml-common.h). The low halves of 16 bytes are the first 16 values.
enum Q4_0Format: QuantizedFormat {
  static let name = "Q4_0"
  static let code: UInt32 = 2
  static let valuesPerBlock = 32
  static let bytesPerBlock = 18
  static let valuesPerScale = 32

  static func unpack(
    _ bytes: Span<UInt8>, at start: Int, into values: inout MutableSpan<Int8>, at first: Int,
    _ scales: inout BlockScales
  ) {
    scales.append(bytes.half(at: start))
    for index in 0..<16 {
      let pair = bytes[start + 2 + index]
      values[first + index] = Int8(pair & 15) - 8
      values[first + 16 + index] = Int8(pair >> 4) - 8
    }
  }
}
