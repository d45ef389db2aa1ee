/// Blocks of 32 values with a scale d: value = d · q, q of 8 bits with a sign (`block_q8_0` in
/// ggml-common.h).
enum Q8_0Format: TensorFormat {
  static let name = "Q8_0"
  static let code: UInt32 = 8
  static let valuesPerBlock = 32
  static let bytesPerBlock = 34

  static func decode(
    _ bytes: Span<UInt8>, at start: Int, into values: inout MutableSpan<Float>, at first: Int
  ) {
    let scale = bytes.half(at: start)
    for index in 0..<32 {
      values[first + index] = scale * Float(Int8(bitPattern: bytes[start + 2 + index]))
    }
  }
}
