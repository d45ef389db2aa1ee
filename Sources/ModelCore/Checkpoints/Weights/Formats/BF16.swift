import TensorCore

/// The upper half of an IEEE 754 binary32.
enum BF16Format: TensorFormat {
  static let name = "BF16"
  static let code: UInt32 = 30
  static let valuesPerBlock = 1
  static let bytesPerBlock = 2
  static let keptForm = KeptMatrix.Form.bfloat16

  static func values(decoding bytes: [UInt8]) -> [Float] {
    bytes.halves.map { Float(bitPattern: UInt32($0) << 16) }
  }

  static func keptRows(decoding bytes: [UInt8]) -> KeptMatrix.Rows { .halves(bytes.halves) }
}
