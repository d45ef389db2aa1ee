/// Takes white space off the ends of a text.
struct StripNormalizer: Normalizer {
  static let type = "Strip"
  private let left: Bool
  private let right: Bool

  init(_ part: TokenizerPart) throws(ModelFileError) {
    left = try part.flag("strip_left")
    right = try part.flag("strip_right")
  }

  func normalize(_ bytes: [UInt8], _ budget: inout TextBudget) -> [UInt8] {
    let table = CharacterTable.shared
    var start = 0
    var end = bytes.count
    while left, start < end {
      let (value, next) = scalarValue(in: bytes, at: start)
      guard table[value].has(.whitespace) else { break }
      start = next
    }
    while right, start < end {
      let (value, first) = scalarValue(in: bytes, before: end)
      guard table[value].has(.whitespace) else { break }
      end = first
    }
    return Array(bytes[start..<end])
  }
}
