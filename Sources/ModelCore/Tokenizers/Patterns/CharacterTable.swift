/// The classes of a character as huggingface/tokenizers sees them.
///
/// Its parts know several versions of Unicode, none of them that of the Swift library, so the
/// classes come from a table that was made by asking it: see `CharacterRuns`.
struct CharacterTable: Sendable {
  static let shared = CharacterTable()

  /// One entry for 256 code points: where their classes begin in `entries`.
  private let pages: [UInt32]
  private let entries: [UInt16]

  private init() {
    var all = [UInt16](repeating: 0, count: 0x110000)
    let letters = Dictionary(
      uniqueKeysWithValues: zip(CharacterRuns.letters.utf8, UInt16(0)...))
    var place = 0
    for word in CharacterRuns.categories.utf8.split(separator: UInt8(ascii: " ")) {
      guard let letter = word.first, let category = letters[letter] else { continue }
      let length = Self.number(word.dropFirst())
      for index in place..<place + length { all[index] = category }
      place += length
    }
    let flags: [(String, CharacterFlags)] = [
      (CharacterRuns.whitespace, .whitespace), (CharacterRuns.word, .word),
      (CharacterRuns.rustWord, .rustWord), (CharacterRuns.numeric, .numeric),
      (CharacterRuns.punctuation, .punctuation), (CharacterRuns.composing, .composing),
    ]
    for (runs, flag) in flags {
      place = 0
      for (turn, word) in runs.utf8.split(separator: UInt8(ascii: " ")).enumerated() {
        let length = Self.number(word)
        if turn % 2 == 1 { for index in place..<place + length { all[index] |= flag.rawValue } }
        place += length
      }
    }
    var pages: [UInt32] = []
    var entries: [UInt16] = []
    var known: [[UInt16]: UInt32] = [:]
    for start in stride(from: 0, to: all.count, by: 256) {
      let page = Array(all[start..<start + 256])
      if let same = known[page] {
        pages.append(same)
      } else {
        known[page] = UInt32(entries.count)
        pages.append(UInt32(entries.count))
        entries += page
      }
    }
    self.pages = pages
    self.entries = entries
  }

  /// Returns a number written in base 36.
  static func number(_ digits: some Sequence<UInt8>) -> Int {
    digits.reduce(0) { sum, digit in
      sum * 36 + Int(digit) - (digit < 58 ? 48 : 87)
    }
  }

  /// The classes of a scalar value, which must be below 0x110000.
  @inline(__always)
  subscript(value: UInt32) -> CharacterClasses {
    CharacterClasses(
      rawValue: entries[Int(pages[Int(value >> 8)] + (value & 0xFF))])
  }
}

/// The general category of a character, and the other classes it belongs to.
struct CharacterClasses: Hashable, Sendable {
  let rawValue: UInt16

  /// The category as a mask with one bit.
  @inline(__always) var category: UInt32 { 1 << UInt32(rawValue & 31) }
  @inline(__always) func has(_ flag: CharacterFlags) -> Bool { rawValue & flag.rawValue != 0 }
  @inline(__always) func isIn(_ categories: CharacterCategories) -> Bool {
    category & categories.rawValue != 0
  }
}

/// Classes that are not general categories.
struct CharacterFlags: OptionSet, Hashable, Sendable {
  let rawValue: UInt16

  /// `White_Space`.
  static let whitespace = CharacterFlags(rawValue: 1 << 5)
  /// `\w` of Oniguruma, which reads the patterns of Split and Replace.
  static let word = CharacterFlags(rawValue: 1 << 6)
  /// `\w` of Rust's `regex`, which reads the patterns of Whitespace and of added tokens.
  static let rustWord = CharacterFlags(rawValue: 1 << 7)
  /// `char::is_numeric` of Rust.
  static let numeric = CharacterFlags(rawValue: 1 << 8)
  /// Punctuation of Rust's `unicode_categories`, and that of ASCII.
  static let punctuation = CharacterFlags(rawValue: 1 << 9)
  /// Set if a text with the character may differ from its NFC.
  static let composing = CharacterFlags(rawValue: 1 << 10)
}

/// A set of general categories.
struct CharacterCategories: OptionSet, Hashable, Sendable {
  let rawValue: UInt32

  static let letters = CharacterCategories(named: "L")
  static let marks = CharacterCategories(named: "M")
  static let numbers = CharacterCategories(named: "N")

  init(rawValue: UInt32) { self.rawValue = rawValue }

  /// The categories whose names begin like this: `L`, `Lu`. Empty if there are none.
  init(named name: String) {
    rawValue = CharacterRuns.names.enumerated().reduce(0) { mask, category in
      category.element.hasPrefix(name) ? mask | 1 << UInt32(category.offset) : mask
    }
  }
}

/// Returns the scalar value that begins at a byte of UTF-8, and where the next one begins. It is
/// U+FFFD if the bytes end before it does, or if it is none.
@inline(__always)
func scalarValue(in bytes: [UInt8], at place: Int) -> (value: UInt32, next: Int) {
  let first = UInt32(bytes[place])
  if first < 0x80 { return (first, place + 1) }
  let count = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
  guard bytes.count - place >= count else { return (0xFFFD, bytes.count) }
  let second = UInt32(bytes[place + 1] & 0x3F)
  if first < 0xE0 { return ((first & 0x1F) << 6 | second, place + 2) }
  let third = UInt32(bytes[place + 2] & 0x3F)
  if first < 0xF0 { return ((first & 0x0F) << 12 | second << 6 | third, place + 3) }
  let fourth = UInt32(bytes[place + 3] & 0x3F)
  let value = (first & 0x07) << 18 | second << 12 | third << 6 | fourth
  return (value < 0x110000 ? value : 0xFFFD, place + 4)
}

/// Returns the scalar value that ends before a byte of valid UTF-8, and where it begins.
@inline(__always)
func scalarValue(in bytes: [UInt8], before place: Int) -> (value: UInt32, start: Int) {
  var start = place - 1
  while start > 0, bytes[start] & 0xC0 == 0x80 { start -= 1 }
  return (scalarValue(in: bytes, at: start).value, start)
}
