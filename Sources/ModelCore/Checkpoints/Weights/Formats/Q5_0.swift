/// Blocks of 32 values with a scale d: value = d · (q − 16), q of 5 bits (`block_q5_0` in
/// ggml-common.h). The fifth bits are together in 32 bits, in the order of the values; the low
/// halves of 16 bytes are the first 16 values.
enum Q5_0Format: QuantizedFormat {
  static let name = "Q5_0"
  static let code: UInt32 = 6
  static let valuesPerBlock = 32
  static let bytesPerBlock = 22
  static let valuesPerScale = 32

  static func unpack(
    _ bytes: Span<UInt8>, at start: Int, into values: inout MutableSpan<Int8>, at first: Int,
    _ scales: inout BlockScales
  ) {
    scales.append(bytes.half(at: start))
    let fifth = bytes.bits32(at: start + 2)
    for index in 0..<16 {
      let pair = bytes[start + 6 + index]
      let low = pair & 15 | UInt8(fifth >> UInt32(index) & 1) << 4
      let high = pair >> 4 | UInt8(fifth >> UInt32(index + 16) & 1) << 4
      values[first + index] = Int8(low) - 16
      values[first + 16 + index] = Int8(high) - 16
    }
  }
}
