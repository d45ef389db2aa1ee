package import Foundation

extension NamedTensors {
  /// Reads safetensors bytes. F32, F16 and BF16 are supported and become `Float`.
  ///
  /// Every stated length and offset is checked against the actual bytes: see `SafetensorsHeader`.
  /// - Parameter file: the name of the bytes in errors.
  package init(decoding bytes: Data, file: String) throws(ModelFileError) {
    let bytes = Array(bytes)
    let header = try SafetensorsHeader(decoding: bytes, fileSize: bytes.count, file: file)
    self.init(
      header.entries.map { entry in
        let range = (header.valuesStart + entry.begin)..<(header.valuesStart + entry.end)
        return NamedTensor(
          name: entry.name, shape: entry.shape, values: entry.values(in: bytes[range]))
      })
  }
}

extension SafetensorsHeader.Entry {
  /// - Precondition: `bytes` are those of this entry.
  fileprivate func values(in bytes: ArraySlice<UInt8>) -> [Float] {
    let start = bytes.startIndex
    func half(_ index: Int) -> UInt16 {
      UInt16(bytes[start + 2 * index]) | UInt16(bytes[start + 2 * index + 1]) << 8
    }
    switch type {
    case .bf16: return (0..<count).map { Float(bitPattern: UInt32(half($0)) << 16) }
    case .f16: return (0..<count).map { Self.widened(half($0)) }
    case .f32:
      return (0..<count).map { index in
        let at = start + 4 * index
        let low = UInt32(bytes[at]) | UInt32(bytes[at + 1]) << 8
        let high = UInt32(bytes[at + 2]) << 16 | UInt32(bytes[at + 3]) << 24
        return Float(bitPattern: low | high)
      }
    }
  }

  /// Converts IEEE 754 binary16 to binary32; `Float16` is not available on every platform.
  private static func widened(_ half: UInt16) -> Float {
    let sign = UInt32(half & 0x8000) << 16
    let exponent = UInt32(half >> 10) & 0x1f
    let fraction = UInt32(half & 0x3ff)
    switch exponent {
    case 0:  // zero and subnormals: fraction × 2⁻²⁴ is exact in Float
      let magnitude = Float(fraction) * 0x1p-24
      return Float(bitPattern: magnitude.bitPattern | sign)
    case 0x1f: return Float(bitPattern: sign | 0x7f80_0000 | fraction << 13)
    default: return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
    }
  }
}
