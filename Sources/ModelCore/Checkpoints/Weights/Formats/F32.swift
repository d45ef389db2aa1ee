import TensorCore

/// IEEE 754 binary32.
enum F32Format: TensorFormat {
  static let name = "F32"
  static let code: UInt32 = 0
  static let valuesPerBlock = 1
  static let bytesPerBlock = 4
  static let keptForm = KeptMatrix.Form.float32

  static func values(decoding bytes: [UInt8]) -> [Float] {
    let source = bytes.span
    return (0..<bytes.count / 4).map { Float(bitPattern: source.bits32(at: 4 * $0)) }
  }

  static func keptRows(decoding bytes: [UInt8]) -> KeptMatrix.Rows {
    .floats(values(decoding: bytes))
  }
}
