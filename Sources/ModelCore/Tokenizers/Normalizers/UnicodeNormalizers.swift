/// Canonical composition (UAX #15).
struct NFCNormalizer: Normalizer {
  static let type = "NFC"

  init(_ part: TokenizerPart) throws(ModelFileError) {}

  func normalize(_ bytes: [UInt8], _ budget: inout TextBudget) -> [UInt8] {
    let table = CharacterTable.shared
    var place = 0
    while place < bytes.count {
      let (value, next) = scalarValue(in: bytes, at: place)
      // Below, nothing composes.
      if value >= 0x300, table[value].has(.composing) {
        return UnicodeForm(isCompatible: false, isComposed: true).normalize(bytes)
      }
      place = next
    }
    return bytes
  }
}

/// Canonical decomposition (UAX #15).
struct NFDNormalizer: Normalizer {
  static let type = "NFD"

  init(_ part: TokenizerPart) throws(ModelFileError) {}

  func normalize(_ bytes: [UInt8], _ budget: inout TextBudget) -> [UInt8] {
    UnicodeForm(isCompatible: false, isComposed: false).normalize(bytes)
  }
}

/// Compatibility decomposition, then composition (UAX #15).
struct NFKCNormalizer: Normalizer {
  static let type = "NFKC"

  init(_ part: TokenizerPart) throws(ModelFileError) {}

  func normalize(_ bytes: [UInt8], _ budget: inout TextBudget) -> [UInt8] {
    UnicodeForm(isCompatible: true, isComposed: true).normalize(bytes)
  }
}

/// Compatibility decomposition (UAX #15).
struct NFKDNormalizer: Normalizer {
  static let type = "NFKD"

  init(_ part: TokenizerPart) throws(ModelFileError) {}

  func normalize(_ bytes: [UInt8], _ budget: inout TextBudget) -> [UInt8] {
    UnicodeForm(isCompatible: true, isComposed: false).normalize(bytes)
  }
}
