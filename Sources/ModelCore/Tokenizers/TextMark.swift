import Fields

/// A text to find in tokens, such as `</think>`, whichever tokens spell it. It may begin and end
/// inside a token, as in `2</`, `think`, `>\n\n`.
///
/// The ids stay the truth; the search reads their bytes, since a token need not be whole
/// characters. vLLM and SGLang find stop strings in the detokenised text for the same reason: one
/// text has many spellings.
package struct TextMark: Sendable, Hashable {
  package let text: String
  private let bytes: [UInt8]
  /// For each number of matched bytes, the length of their longest end that also begins the mark.
  private let borders: [Int]
  private let tokenizer: any Tokenizer
  private let fingerprint: FieldValue

  package init(_ text: String, in tokenizer: any Tokenizer) {
    self.text = text
    bytes = Array(text.utf8)
    borders = Self.borders(of: bytes)
    self.tokenizer = tokenizer
    fingerprint = tokenizer.fingerprint
  }

  /// Marks are equal if they find the same text in the tokens of the same tokenizer.
  package static func == (left: TextMark, right: TextMark) -> Bool {
    left.bytes == right.bytes && left.fingerprint == right.fingerprint
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(bytes) }

  /// Returns the first place of the mark; nil if it is not there. An empty mark is nowhere.
  package func place(in tokens: ArraySlice<Int32>) -> MarkPlace? {
    var search = Search(self)
    for index in tokens.indices {
      guard let end = search.read(tokens[index]) else { continue }
      return place(endingIn: index, after: end, of: tokens)
    }
    return nil
  }

  /// True if the mark ends in the last of the tokens.
  package func ends(_ tokens: ArraySlice<Int32>) -> Bool {
    var search = Search(self)
    return tokens.reduce(false) { _, token in search.read(token) != nil }
  }

  /// Returns the tokens without those at their end in which the mark begins but does not end.
  package func withoutBeginning(_ tokens: ArraySlice<Int32>) -> ArraySlice<Int32> {
    var search = Search(self)
    for token in tokens { _ = search.read(token) }
    var rest = tokens
    var begun = search.matched
    while begun > 0, let last = rest.popLast() { begun -= tokenizer.bytes(of: last).count }
    return rest
  }

  /// Walks back from the end of the mark to its beginning.
  private func place(
    endingIn last: Int, after end: Int, of tokens: ArraySlice<Int32>
  ) -> MarkPlace {
    let isWhole = end == tokenizer.bytes(of: tokens[last]).count
    var (first, available, missing) = (last, end, bytes.count)
    while missing > available {
      missing -= available
      first -= 1
      available = tokenizer.bytes(of: tokens[first]).count
    }
    return MarkPlace(
      lower: TokenPosition(token: first, byte: available - missing),
      upper: isWhole ? TokenPosition(token: last + 1) : TokenPosition(token: last, byte: end))
  }

  /// The search of Knuth, Morris and Pratt, which reads every byte once.
  package struct Search: Sendable {
    private let mark: TextMark
    /// The number of the mark's first bytes that the tokens so far end with; fewer than all.
    package private(set) var matched = 0

    package init(_ mark: TextMark) { self.mark = mark }

    /// Reads the next token.
    /// - Returns: the number of the token's bytes up to the first end of the mark in it; nil if the
    ///   mark does not end in it.
    package mutating func read(_ token: Int32) -> Int? {
      guard !mark.bytes.isEmpty else { return nil }
      var end: Int?
      for (index, byte) in mark.tokenizer.bytes(of: token).enumerated() {
        while matched > 0, mark.bytes[matched] != byte { matched = mark.borders[matched] }
        if mark.bytes[matched] == byte { matched += 1 }
        guard matched == mark.bytes.count else { continue }
        matched = mark.borders[matched]
        if end == nil { end = index + 1 }
      }
      return end
    }
  }

  private static func borders(of bytes: [UInt8]) -> [Int] {
    var borders = [Int](repeating: 0, count: bytes.count + 1)
    var length = 0
    for index in bytes.indices.dropFirst() {
      while length > 0, bytes[length] != bytes[index] { length = borders[length] }
      if bytes[length] == bytes[index] { length += 1 }
      borders[index + 1] = length
    }
    return borders
  }
}

/// A place in the text of tokens.
package struct TokenPosition: Sendable, Hashable, Comparable {
  /// The index of the token that follows the place, or that the place is in.
  package var token: Int
  /// The number of this token's bytes before the place; 0 between two tokens.
  package var byte = 0

  package init(token: Int, byte: Int = 0) {
    self.token = token
    self.byte = byte
  }

  package static func < (left: TokenPosition, right: TokenPosition) -> Bool {
    (left.token, left.byte) < (right.token, right.byte)
  }
}

/// The place of a mark in tokens: from before its first to after its last byte.
package struct MarkPlace: Sendable, Hashable {
  package var lower: TokenPosition
  package var upper: TokenPosition

  package init(lower: TokenPosition, upper: TokenPosition) {
    self.lower = lower
    self.upper = upper
  }

  /// The place of a mark that is one whole token.
  package init(token: Int) {
    self.init(lower: TokenPosition(token: token), upper: TokenPosition(token: token + 1))
  }

  /// The tokens that hold a byte of the mark.
  package var tokens: Range<Int> {
    lower.token..<upper.token + (upper.byte > 0 ? 1 : 0)
  }
}

extension Tokenizer {
  /// Returns the text of tokens between two places: their bytes, as in the middle of a text.
  package func text(
    of tokens: ArraySlice<Int32>, from start: TokenPosition, to end: TokenPosition
  ) -> String {
    var text = tokens[start.token..<end.token].flatMap(bytes(of:))
    if end.byte > 0 { text += bytes(of: tokens[end.token]).prefix(end.byte) }
    return String(decoding: text.dropFirst(start.byte), as: UTF8.self)
  }
}
