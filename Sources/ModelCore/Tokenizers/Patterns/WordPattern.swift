/// The patterns by which GPT-2 and its successors divide text into words, read by hand.
///
/// `RegularExpression` gives the same spans from the patterns' text, more slowly.
struct WordPattern: Hashable, Sendable {
  /// True if `'s`, `'re` and the like may be in capitals.
  let hasCapitalContractions: Bool
  /// True if one character before letters, such as a tab or a bracket, belongs to them, and line
  /// ends after symbols to those; else only a space before a word belongs to it.
  let isGreedy: Bool
  /// The most digits of a number; nil for any.
  let mostDigits: Int?
  /// True if combining marks are letters.
  let hasMarks: Bool

  private static let known: [String: WordPattern] = {
    let capitals = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|"
    let spaces = #"|\s*[\r\n]+|\s+(?!\S)|\s+"#
    let letters = capitals + #"[^\r\n\p{L}\p{N}]?\p{L}+|"#
    let symbols = #"| ?[^\s\p{L}\p{N}]+[\r\n]*"# + spaces
    let words = #" ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#
    func greedy(_ digits: Int, marks: Bool = false) -> WordPattern {
      WordPattern(
        hasCapitalContractions: true, isGreedy: true, mostDigits: digits, hasMarks: marks)
    }
    return [
      "'s|'t|'re|'ve|'m|'ll|'d|" + words: gpt2,
      "'(?:[sdmt]|ll|ve|re)|" + words: gpt2,
      // Llama 3.
      letters + #"\p{N}{1,3}"# + symbols: greedy(3),
      // Qwen2, Qwen2.5 and Qwen3.
      letters + #"\p{N}"# + symbols: greedy(1),
      // Qwen3.5.
      capitals + #"[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*"# + spaces:
        greedy(1, marks: true),
    ]
  }()

  /// The pattern of GPT-2.
  static let gpt2 = WordPattern(
    hasCapitalContractions: false, isGreedy: false, mostDigits: nil, hasMarks: false)

  /// The pattern with this text; nil if it is not one of those known.
  init?(_ text: String) {
    guard let known = Self.known[text] else { return nil }
    self = known
  }

  private init(
    hasCapitalContractions: Bool, isGreedy: Bool, mostDigits: Int?, hasMarks: Bool
  ) {
    self.hasCapitalContractions = hasCapitalContractions
    self.isGreedy = isGreedy
    self.mostDigits = mostDigits
    self.hasMarks = hasMarks
  }

  /// Appends the matches, which cover the whole range: every character is a letter, a number, a
  /// symbol or a space.
  func divide(_ bytes: [UInt8], _ range: Range<Int>, into spans: inout [TextSpan]) {
    var scanner = WordScanner(pattern: self, bytes: bytes, end: range.upperBound)
    var place = range.lowerBound
    while place < range.upperBound {
      let start = place
      place = scanner.wordEnd(from: place)
      spans.append(TextSpan(start: start, end: place, isMatch: true))
    }
  }
}

/// Finds the end of one word after another.
private struct WordScanner {
  private enum Kind { case letter, number, space, symbol }

  private let pattern: WordPattern
  private let bytes: [UInt8]
  private let end: Int
  private let table = CharacterTable.shared
  private let letters: CharacterCategories

  init(pattern: WordPattern, bytes: [UInt8], end: Int) {
    self.pattern = pattern
    self.bytes = bytes
    self.end = end
    letters = pattern.hasMarks ? [.letters, .marks] : .letters
  }

  @inline(__always)
  private func kind(_ value: UInt32) -> Kind {
    let classes = table[value]
    if classes.isIn(letters) { return .letter }
    if classes.has(.whitespace) { return .space }
    return classes.isIn(.numbers) ? .number : .symbol
  }

  @inline(__always)
  private func read(_ place: Int) -> (kind: Kind, next: Int) {
    let (value, next) = scalarValue(in: bytes, at: place)
    return (kind(value), next)
  }

  mutating func wordEnd(from start: Int) -> Int {
    if bytes[start] == UInt8(ascii: "'"), let end = contractionEnd(from: start + 1) { return end }
    let (first, next) = read(start)
    switch first {
    case .letter: return run(of: .letter, from: next)
    case .number: return numberEnd(from: next)
    case .symbol:
      if pattern.isGreedy, next < end, read(next).kind == .letter {
        return run(of: .letter, from: read(next).next)
      }
      return symbolsEnd(from: next)
    case .space:
      let isLineEnd = bytes[start] == 0x0A || bytes[start] == 0x0D
      if next < end {
        let (second, afterSecond) = read(next)
        let isSpace = bytes[start] == UInt8(ascii: " ")
        switch second {
        case .letter where isSpace || pattern.isGreedy && !isLineEnd:
          return run(of: .letter, from: afterSecond)
        case .number where isSpace && !pattern.isGreedy: return numberEnd(from: afterSecond)
        case .symbol where isSpace: return symbolsEnd(from: afterSecond)
        default: break
        }
      }
      return spacesEnd(from: start)
    }
  }

  /// Returns the end of `'s`, `'re` and so on, from the character after the apostrophe; nil if it
  /// is something else.
  private func contractionEnd(from place: Int) -> Int? {
    guard place < end else { return nil }
    let isCapital = pattern.hasCapitalContractions
    func letter(_ place: Int) -> UInt8 {
      guard place < end else { return 0 }
      let byte = bytes[place]
      return isCapital && (65...90).contains(byte) ? byte + 32 : byte
    }
    switch letter(place) {
    case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"):
      return place + 1
    case UInt8(ascii: "r"), UInt8(ascii: "v"):
      return letter(place + 1) == UInt8(ascii: "e") ? place + 2 : nil
    case UInt8(ascii: "l"): return letter(place + 1) == UInt8(ascii: "l") ? place + 2 : nil
    // The long s is an s that ignores case.
    case 0xC5 where isCapital && place + 1 < end && bytes[place + 1] == 0xBF: return place + 2
    default: return nil
    }
  }

  private func run(of kind: Kind, from start: Int) -> Int {
    var place = start
    while place < end {
      let (found, next) = read(place)
      guard found == kind else { break }
      place = next
    }
    return place
  }

  private func numberEnd(from start: Int) -> Int {
    guard let most = pattern.mostDigits else { return run(of: .number, from: start) }
    var place = start
    for _ in 1..<max(most, 1) where place < end {
      let (found, next) = read(place)
      guard found == .number else { break }
      place = next
    }
    return place
  }

  private func symbolsEnd(from start: Int) -> Int {
    var place = run(of: .symbol, from: start)
    guard pattern.isGreedy else { return place }
    while place < end, bytes[place] == 0x0A || bytes[place] == 0x0D { place += 1 }
    return place
  }

  /// Returns the end of spaces: the last line end among them, if line ends count; else the space
  /// before the last, so that a word can take that one; else their end.
  private func spacesEnd(from start: Int) -> Int {
    var place = start
    var last = start
    var lineEnd: Int?
    while place < end {
      let (found, next) = read(place)
      guard found == .space else { break }
      if bytes[place] == 0x0A || bytes[place] == 0x0D { lineEnd = next }
      last = place
      place = next
    }
    if pattern.isGreedy, let lineEnd { return lineEnd }
    return place == end || last == start ? place : last
  }
}
