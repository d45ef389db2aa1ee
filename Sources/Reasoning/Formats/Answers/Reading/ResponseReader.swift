import Fields

/// Reads the bytes of a response from a place on. Every step moves forward, so that rules take time
/// in proportion to what they read.
struct ResponseReader {
  let bytes: ArraySlice<UInt8>
  var place: Int
  /// The place up to which a formula has no end, by the mark that begins it.
  var openEnds: [String: Int] = [:]

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    place = bytes.startIndex
  }

  init(_ bytes: [UInt8]) { self.init(bytes[...]) }

  var next: UInt8? { place < bytes.endIndex ? bytes[place] : nil }
  var rest: ArraySlice<UInt8> { bytes[place...] }
  var isAtEnd: Bool { place == bytes.endIndex }

  func starts(with text: String) -> Bool {
    var place = place
    for byte in text.utf8 {
      guard place < bytes.endIndex, bytes[place] == byte else { return false }
      place += 1
    }
    return true
  }

  /// Moves past a text that stands here.
  mutating func take(_ text: String) -> Bool {
    guard starts(with: text) else { return false }
    place += text.utf8.count
    return true
  }

  /// Moves past the first of the texts that stands here.
  mutating func takeAny(_ texts: [String]) -> Bool { texts.contains { take($0) } }

  /// Moves past a word in either case, given in lower case, that no letter follows.
  mutating func takeWord(_ word: String) -> Bool {
    guard let next, next.lower == word.utf8.first else { return false }
    let end = place + word.utf8.count
    guard end <= bytes.endIndex,
      bytes[place..<end].elementsEqual(word.utf8, by: { $0.lower == $1 }),
      end == bytes.endIndex || !bytes[end].isLetter
    else { return false }
    place = end
    return true
  }

  mutating func takeAnyWord(_ words: [String]) -> Bool { words.contains { takeWord($0) } }

  mutating func skip(while isSkipped: (UInt8) -> Bool) {
    while let byte = next, isSkipped(byte) { place += 1 }
  }

  mutating func skipSpaces() { skip { $0.isBlank } }

  /// Moves past the next bytes that satisfy a condition, and returns them.
  mutating func read(while isRead: (UInt8) -> Bool) -> ArraySlice<UInt8> {
    let start = place
    skip(while: isRead)
    return bytes[start..<place]
  }
}

/// Classes of bytes of ASCII text.
extension UInt8 {
  var isNumeral: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
  var isLetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20) }
  var isCapital: Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) }
  var isNewline: Bool { self == 0x0A || self == 0x0D }
  var isBlank: Bool { self == 0x20 || self == 0x09 }
  var isSpace: Bool { isBlank || isNewline }
  /// The letter in lower case; any other byte as it is.
  var lower: UInt8 { isCapital ? self | 0x20 : self }
  /// True for the marks that Markdown writes around words.
  var isMarkup: Bool {
    [UInt8(ascii: "*"), UInt8(ascii: "_"), UInt8(ascii: "`"), UInt8(ascii: "\"")].contains(self)
  }
}

extension Sequence<UInt8> {
  /// The bytes as text without the space around it.
  var trimmedText: String { String(decoding: Array(self), as: UTF8.self).withoutSpaceAround }
}
