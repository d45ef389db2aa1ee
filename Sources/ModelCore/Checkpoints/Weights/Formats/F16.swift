import TensorCore

/// IEEE 754 binary16.
enum F16Format: TensorFormat {
  static let name = "F16"
  static let code: UInt32 = 1
  static let valuesPerBlock = 1
  static let bytesPerBlock = 2
  static let keptForm = KeptMatrix.Form.float16

  static func values(decoding bytes: [UInt8]) -> [Float] {
    let source = bytes.span
    return (0..<bytes.count / 2).map { source.half(at: 2 * $0) }
  }

  static func keptRows(decoding bytes: [UInt8]) -> KeptMatrix.Rows { .halves(bytes.halves) }
}
