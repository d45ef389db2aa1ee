/// Blocks of 32 values with a scale d and a minimum m: value = d · q + m, q of 5 bits (`block_q5_1`
/// in ggml-common.h). The fifth bits are together in 32 bits, in the order of the values; the low
/// halves of 16 bytes are the first 16 values.
enum Q5_1Format: QuantizedFormat {
  static let name = "Q5_1"
  static let code: UInt32 = 7
  static let valuesPerBlock = 32
  static let bytesPerBlock = 24
  static let valuesPerScale = 32
  static let hasAdded = true

  static func unpack(
    _ bytes: Span<UInt8>, at start: Int, into values: inout MutableSpan<Int8>, at first: Int,
    _ scales: inout BlockScales
  ) {
    scales.append(bytes.half(at: start), added: bytes.half(at: start + 2))
    let fifth = bytes.bits32(at: start + 4)
    for index in 0..<16 {
      let pair = bytes[start + 8 + index]
      let low = pair & 15 | UInt8(fifth >> UInt32(index) & 1) << 4
      let high = pair >> 4 | UInt8(fifth >> UInt32(index + 16) & 1) << 4
      values[first + index] = Int8(low)
      values[first + 16 + index] = Int8(high)
    }
  }
}
