/// IEEE 754 binary16.
enum F16Format: TensorFormat {
  static let name = "F16"
  static let code: UInt32 = 1
  static let valuesPerBlock = 1
  static let bytesPerBlock = 2

  static func decode(
    _ bytes: Span<UInt8>, at start: Int, into values: inout MutableSpan<Float>, at first: Int
  ) {
    values[first] = bytes.half(at: start)
  }
}
