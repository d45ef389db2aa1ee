import Foundation

/// A normalization form of Unicode 9, which is the one of huggingface/tokenizers: a character that
/// was assigned later has neither a decomposition nor a combining class.
///
/// Source: UAX #15; Hangul as in § 3.12 of the standard. Linear in the text, but for sorting the
/// marks over one character.
struct UnicodeForm {
  let isCompatible: Bool
  let isComposed: Bool

  func normalize(_ bytes: [UInt8]) -> [UInt8] {
    if bytes.allSatisfy({ $0 < 0x80 }) { return bytes }
    var scalars = decomposed(bytes)
    if isComposed { compose(&scalars) }
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count + bytes.count / 4)
    for scalar in scalars { Self.append(scalar.value, to: &result) }
    return result
  }

  private struct Scalar {
    let value: UInt32
    /// The canonical combining class.
    let order: UInt8
  }

  // MARK: Decomposition

  private func decomposed(_ bytes: [UInt8]) -> [Scalar] {
    let table = CharacterTable.shared
    let decompositions =
      isCompatible ? UnicodeDecompositions.compatible : UnicodeDecompositions.canonical
    var result: [Scalar] = []
    result.reserveCapacity(bytes.count)
    // Where the marks over the last character begin, and whether they are out of order.
    var marks = 0
    var isSorted = true
    func flush() {
      if !isSorted {
        // `sort` keeps the order of equal elements.
        result[marks...].sort { $0.order < $1.order }
      }
      isSorted = true
    }
    func append(_ value: UInt32) {
      let order = table[value].isIn(.marks) ? Self.combiningClass(value) : 0
      if order == 0 {
        flush()
        result.append(Scalar(value: value, order: 0))
        marks = result.count
      } else {
        if result.count > marks, result[result.count - 1].order > order { isSorted = false }
        result.append(Scalar(value: value, order: order))
      }
    }
    var place = 0
    while place < bytes.count {
      let (value, next) = scalarValue(in: bytes, at: place)
      place = next
      if value < 0x80 {
        append(value)
      } else if Hangul.syllables.contains(value) {
        for part in Hangul.decomposed(value) { append(part) }
      } else if let parts = decompositions[value] {
        for part in parts { append(part) }
      } else {
        append(value)
      }
    }
    flush()
    return result
  }

  private static func combiningClass(_ value: UInt32) -> UInt8 {
    guard let properties = Unicode.Scalar(value)?.properties, let age = properties.age,
      age.major <= 9
    else { return 0 }
    return properties.canonicalCombiningClass.rawValue
  }

  // MARK: Composition

  private func compose(_ scalars: inout [Scalar]) {
    let composites = UnicodeDecompositions.composites
    var count = 0
    var starter: Int?
    for index in scalars.indices {
      let scalar = scalars[index]
      let last = count > 0 ? scalars[count - 1].order : 0
      if let starter, count - 1 == starter || last != 0 && last < scalar.order {
        let first = scalars[starter].value
        let key = UInt64(first) << 32 | UInt64(scalar.value)
        if let whole = composites[key] ?? Hangul.composed(first, scalar.value) {
          scalars[starter] = Scalar(value: whole, order: 0)
          continue
        }
      }
      if scalar.order == 0 { starter = count }
      scalars[count] = scalar
      count += 1
    }
    scalars.removeLast(scalars.count - count)
  }

  private static func append(_ value: UInt32, to bytes: inout [UInt8]) {
    if value < 0x80 {
      bytes.append(UInt8(value))
    } else if let scalar = Unicode.Scalar(value) {
      for byte in UTF8.encode(scalar) ?? .init() { bytes.append(byte) }
    }
  }
}

/// The syllables of Hangul, which are computed.
private enum Hangul {
  static let syllables: Range<UInt32> = 0xAC00..<0xD7A4

  static func decomposed(_ syllable: UInt32) -> [UInt32] {
    let index = syllable - 0xAC00
    let parts = [0x1100 + index / 588, 0x1161 + index % 588 / 28]
    return index % 28 == 0 ? parts : parts + [0x11A7 + index % 28]
  }

  static func composed(_ first: UInt32, _ second: UInt32) -> UInt32? {
    if (0x1100..<0x1113).contains(first), (0x1161..<0x1176).contains(second) {
      return 0xAC00 + (first - 0x1100) * 588 + (second - 0x1161) * 28
    }
    if syllables.contains(first), (first - 0xAC00) % 28 == 0, (0x11A8..<0x11C3).contains(second) {
      return first + (second - 0x11A7)
    }
    return nil
  }
}

/// The characters that decompose in Unicode 9, each with what Foundation knows of it alone, which
/// never changes.
private enum UnicodeDecompositions {
  static let canonical = table(CharacterRuns.decomposing, \.decomposedStringWithCanonicalMapping)
  static let compatible = table(
    CharacterRuns.compatible, \.decomposedStringWithCompatibilityMapping)

  /// The character that two others compose to.
  static let composites: [UInt64: UInt32] = {
    var pairs: [UInt64: UInt32] = [:]
    for value in members(of: CharacterRuns.composites) {
      guard let parts = canonical[value], parts.count > 1, let last = parts.last else { continue }
      let rest = String(String.UnicodeScalarView(parts.dropLast().compactMap(Unicode.Scalar.init)))
      let first = Array(rest.precomposedStringWithCanonicalMapping.unicodeScalars)
      if first.count == 1 { pairs[UInt64(first[0].value) << 32 | UInt64(last)] = value }
    }
    return pairs
  }()

  private static func table(_ runs: String, _ form: (String) -> String) -> [UInt32: [UInt32]] {
    members(of: runs).reduce(into: [:]) { table, value in
      guard let scalar = Unicode.Scalar(value) else { return }
      table[value] = form(String(scalar)).unicodeScalars.map(\.value)
    }
  }

  private static func members(of runs: String) -> [UInt32] {
    var members: [UInt32] = []
    var place: UInt32 = 0
    for (turn, word) in runs.utf8.split(separator: UInt8(ascii: " ")).enumerated() {
      let length = UInt32(CharacterTable.number(word))
      if turn % 2 == 1 { members += place..<place + length }
      place += length
    }
    return members
  }
}
