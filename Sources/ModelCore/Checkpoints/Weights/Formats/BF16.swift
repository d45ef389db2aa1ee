/// The upper half of an IEEE 754 binary32.
enum BF16Format: TensorFormat {
  static let name = "BF16"
  static let code: UInt32 = 30
  static let valuesPerBlock = 1
  static let bytesPerBlock = 2

  static func decode(
    _ bytes: Span<UInt8>, at start: Int, into values: inout MutableSpan<Float>, at first: Int
  ) {
    values[first] = Float(bitPattern: UInt32(bytes.bits16(at: start)) << 16)
  }
}
