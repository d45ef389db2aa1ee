/// Blocks of 32 values with a scale d and a minimum m: value = d · q + m, q of 5 bits (`block_q5_1`
/// in ggml-common.h). The fifth bits are together in 32 bits, in the order of the values; the low
/// halves of 16 bytes are the first 16 values.
enum Q5_1Format: TensorFormat {
  static let name = "Q5_1"
  static let code: UInt32 = 7
  static let valuesPerBlock = 32
  static let bytesPerBlock = 24

  static func decode(
    _ bytes: Span<UInt8>, at start: Int, into values: inout MutableSpan<Float>, at first: Int
  ) {
    let scale = bytes.half(at: start)
    let minimum = bytes.half(at: start + 2)
    let fifth = bytes.bits32(at: start + 4)
    for index in 0..<16 {
      let pair = bytes[start + 8 + index]
      let low = UInt32(pair & 15) | (fifth >> UInt32(index) & 1) << 4
      let high = UInt32(pair >> 4) | (fifth >> UInt32(index + 16) & 1) << 4
      values[first + index] = scale * Float(low) + minimum
      values[first + 16 + index] = scale * Float(high) + minimum
    }
  }
}
