/// IEEE 754 binary32.
enum F32Format: TensorFormat {
  static let name = "F32"
  static let code: UInt32 = 0
  static let valuesPerBlock = 1
  static let bytesPerBlock = 4

  static func decode(
    _ bytes: Span<UInt8>, at start: Int, into values: inout MutableSpan<Float>, at first: Int
  ) {
    values[first] = Float(bitPattern: bytes.bits32(at: start))
  }
}
