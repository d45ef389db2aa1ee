/// Blocks of 32 values with a scale d: value = d · q, q of 8 bits with a sign (`block_q8_0` in
/// ggml-common.h).
enum Q8_0Format: QuantizedFormat {
  static let name = "Q8_0"
  static let code: UInt32 = 8
  static let valuesPerBlock = 32
  static let bytesPerBlock = 34
  static let valuesPerScale = 32

  static func unpack(
    _ bytes: Span<UInt8>, at start: Int, into values: inout MutableSpan<Int8>, at first: Int,
    _ scales: inout BlockScales
  ) {
    scales.append(bytes.half(at: start))
    for index in 0..<32 {
      values[first + index] = Int8(bitPattern: bytes[start + 2 + index])
    }
  }
}
