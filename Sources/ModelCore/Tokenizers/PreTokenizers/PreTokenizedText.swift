/// A text on its way to tokens: UTF-8, and the pieces that it has been divided into.
struct PreTokenizedText: Sendable {
  /// A part of the text, or an added token that was found in it.
  struct Piece: Sendable, Hashable {
    var range: Range<Int>
    /// The id of an added token, which nothing divides any more.
    var token: Int32?
    /// True if the piece begins where the original text begins.
    var isFirst: Bool
  }

  var bytes: [UInt8]
  /// The pieces in order; none of them is empty.
  var pieces: [Piece]
  /// The rest of the budget of the text, which may grow again and again.
  var budget: TextBudget

  /// The text as one piece.
  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    budget = TextBudget(for: bytes.count)
    pieces = bytes.isEmpty ? [] : [Piece(range: 0..<bytes.count, token: nil, isFirst: true)]
  }

  /// Divides every piece that is text.
  mutating func split(
    by pattern: TextPattern, _ behavior: SplitBehavior, inverted: Bool = false
  ) throws(TokenizerError) {
    var result: [Piece] = []
    result.reserveCapacity(pieces.count + bytes.count / 4)
    var spans: [TextSpan] = []
    for piece in pieces {
      guard piece.token == nil else {
        result.append(piece)
        continue
      }
      spans.removeAll(keepingCapacity: true)
      try pattern.divide(bytes, piece.range, into: &spans, &budget)
      if inverted { for index in spans.indices { spans[index].isMatch.toggle() } }
      behavior.arrange(&spans)
      for span in spans where span.start < span.end {
        result.append(
          Piece(
            range: span.start..<span.end, token: nil,
            isFirst: piece.isFirst && span.start == piece.range.lowerBound))
      }
    }
    pieces = result
  }

  /// Writes every piece that is text anew; one that becomes empty is left out.
  /// - Parameter write: appends the new text of a piece.
  mutating func rewrite(
    _ write: (_ piece: Piece, _ bytes: [UInt8], _ result: inout [UInt8]) throws(TokenizerError) ->
      Void
  ) throws(TokenizerError) {
    var written: [UInt8] = []
    written.reserveCapacity(bytes.count + bytes.count / 8)
    var kept: [Piece] = []
    kept.reserveCapacity(pieces.count)
    for var piece in pieces {
      guard written.count <= budget.mostBytes else { throw .textTooLong }
      let start = written.count
      if piece.token == nil {
        try write(piece, bytes, &written)
      } else {
        written += bytes[piece.range]
      }
      piece.range = start..<written.count
      if !piece.range.isEmpty { kept.append(piece) }
    }
    bytes = written
    pieces = kept
  }
}
