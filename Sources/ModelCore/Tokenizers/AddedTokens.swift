import Fields

/// A token beside those of the model. It is found in a text before anything else is done with it.
struct AddedToken: Hashable, Sendable {
  /// Tokens of more bytes, as they are searched for, are refused: that is done at every place.
  static let longest = 1_024

  let id: Int32
  let content: String
  /// True if only a whole word matches.
  let isWholeWord: Bool
  /// True if the white space before and after it belongs to it.
  let stripsLeft: Bool
  let stripsRight: Bool
  /// True if it is searched for in normalised text.
  let isNormalized: Bool
  /// True if it marks structure rather than stands for text.
  let isSpecial: Bool

  init(_ part: TokenizerPart) throws(ModelFileError) {
    id = try part.tokenID("id")
    content = try part.string("content")
    isWholeWord = try part.flag("single_word")
    stripsLeft = try part.flag("lstrip")
    stripsRight = try part.flag("rstrip")
    isNormalized = try part.flag("normalized")
    isSpecial = try part.flag("special")
    guard content.utf8.count <= Self.longest else {
      throw part.failure(Self.tooLong(content.utf8.count), at: "content")
    }
  }

  static func tooLong(_ count: Int) -> ModelFileError.Problem {
    .tooLarge("an added token has \(count) bytes, more than \(longest)")
  }
}

/// Finds added tokens in a text: at the leftmost place where one begins, the longest.
struct AddedTokenFinder: Sendable {
  private let tokens: [AddedToken]
  /// The children of a node for each byte: a tree of all tokens, from its root 0.
  private var children: IntegerTable
  /// The index of the token that ends at each node; -1 if there is none.
  private var ends: [Int32] = [-1]
  private var canBegin = [Bool](repeating: false, count: 256)

  var isEmpty: Bool { tokens.isEmpty }

  /// - Parameter tokens: tokens, and the text to search for.
  init(_ tokens: [(token: AddedToken, text: [UInt8])]) {
    self.tokens = tokens.map(\.token)
    children = IntegerTable(capacity: tokens.reduce(0) { $0 + $1.text.count })
    for (index, entry) in tokens.enumerated() {
      guard let first = entry.text.first else { continue }
      canBegin[Int(first)] = true
      var node: UInt64 = 0
      for byte in entry.text {
        let key = node << 8 | UInt64(byte)
        if let child = children[key] {
          node = child
        } else {
          node = UInt64(ends.count)
          ends.append(-1)
          children.set(key, to: node)
        }
      }
      ends[Int(node)] = Int32(index)
    }
  }

  /// Divides every piece of a text at the tokens in it.
  /// - Parameter findsSpecial: false if special tokens are text like any other.
  func divide(_ text: inout PreTokenizedText, findsSpecial: Bool) {
    guard !isEmpty else { return }
    var result: [PreTokenizedText.Piece] = []
    result.reserveCapacity(text.pieces.count)
    for piece in text.pieces {
      if piece.token == nil {
        divide(text.bytes, piece, findsSpecial: findsSpecial, into: &result)
      } else {
        result.append(piece)
      }
    }
    text.pieces = result
  }

  private func divide(
    _ bytes: [UInt8], _ piece: PreTokenizedText.Piece, findsSpecial: Bool,
    into result: inout [PreTokenizedText.Piece]
  ) {
    let range = piece.range
    func append(_ start: Int, _ end: Int, _ token: Int32?) {
      guard start < end else { return }
      result.append(
        PreTokenizedText.Piece(
          range: start..<end, token: token,
          isFirst: piece.isFirst && start == range.lowerBound))
    }
    var spaces = SpaceFinder(bytes: bytes, range: range)
    var rest = range.lowerBound
    var place = range.lowerBound
    while place < range.upperBound {
      guard canBegin[Int(bytes[place])], let (token, matchEnd) = longest(bytes, place, range) else {
        place += 1
        continue
      }
      var start = place
      var end = matchEnd
      place = matchEnd
      if !findsSpecial, token.isSpecial { continue }
      if token.isWholeWord, !isWord(start..<end, bytes, range) { continue }
      if token.stripsLeft { start = max(spaces.start(before: start, notBefore: rest), rest) }
      if token.stripsRight { end = spaces.end(after: end) }
      append(rest, start, nil)
      append(start, end, token.id)
      rest = end
    }
    append(rest, range.upperBound, nil)
  }

  @inline(__always)
  private func longest(
    _ bytes: [UInt8], _ start: Int, _ range: Range<Int>
  ) -> (token: AddedToken, end: Int)? {
    var node: UInt64 = 0
    var found: (Int, Int)?
    for place in start..<range.upperBound {
      guard let child = children[node << 8 | UInt64(bytes[place])] else { break }
      node = child
      if ends[Int(node)] >= 0 { found = (Int(ends[Int(node)]), place + 1) }
    }
    return found.map { (tokens[$0.0], $0.1) }
  }

  /// True if no word character stands beside a match.
  private func isWord(_ match: Range<Int>, _ bytes: [UInt8], _ range: Range<Int>) -> Bool {
    let table = CharacterTable.shared
    if match.lowerBound > range.lowerBound,
      table[scalarValue(in: bytes, before: match.lowerBound).value].has(.rustWord)
    {
      return false
    }
    return match.upperBound == range.upperBound
      || !table[scalarValue(in: bytes, at: match.upperBound).value].has(.rustWord)
  }
}

/// Finds the ends of white space, without going through the same white space again and again.
private struct SpaceFinder {
  let bytes: [UInt8]
  let range: Range<Int>
  private var known = 0..<0

  init(bytes: [UInt8], range: Range<Int>) {
    self.bytes = bytes
    self.range = range
  }

  func start(before place: Int, notBefore first: Int) -> Int {
    var start = place
    while start > first {
      let (value, previous) = scalarValue(in: bytes, before: start)
      guard CharacterTable.shared[value].has(.whitespace) else { break }
      start = previous
    }
    return start
  }

  mutating func end(after place: Int) -> Int {
    if known.contains(place) { return known.upperBound }
    var end = place
    while end < range.upperBound {
      let (value, next) = scalarValue(in: bytes, at: end)
      guard CharacterTable.shared[value].has(.whitespace) else { break }
      end = next
    }
    known = place..<end
    return end
  }
}
