/// Every character in lower case by itself, so that a final sigma is an ordinary one.
struct LowercaseNormalizer: Normalizer {
  static let type = "Lowercase"

  init(_ part: TokenizerPart) throws(ModelFileError) {}

  func normalize(_ bytes: [UInt8], _ budget: inout TextBudget) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var place = 0
    while place < bytes.count {
      let (value, next) = scalarValue(in: bytes, at: place)
      if value < 0x80 {
        result.append((65...90).contains(value) ? UInt8(value) + 32 : UInt8(value))
      } else if let scalar = Unicode.Scalar(value) {
        result += Array(scalar.properties.lowercaseMapping.utf8)
      }
      place = next
    }
    return result
  }
}
