/// Divides text into lines of limited width.
package enum WordWrap {
  /// The text in lines of at most `width` columns, broken at spaces only, so that a word longer
  /// than a line gets its own line.
  /// - Parameters:
  ///   - indent: the spaces before the first line.
  ///   - hanging: the spaces before the other lines; `indent` if nil.
  package static func lines(
    of text: String, width: Int, indent: Int = 0, hanging: Int? = nil
  ) -> [String] {
    lines(
      of: text.trimmingTrailingSpaces.split(separator: " ", omittingEmptySubsequences: false)
        .map(String.init),
      after: String(repeating: " ", count: indent), width: width, hanging: hanging ?? indent)
  }

  /// The words in lines of at most `width` columns, with a space between two of a line.
  /// - Parameters:
  ///   - start: the beginning of the first line, which the first word follows without a space.
  ///   - hanging: the spaces before the other lines.
  package static func lines(
    of words: [String], after start: String, width: Int, hanging: Int
  ) -> [String] {
    lines(
      of: words.enumerated().map { $0.offset + 1 < words.count ? $0.element + " " : $0.element },
      after: start, width: width, hanging: hanging, breaksPieces: false)
  }

  /// The text in lines that are never wider than `width` columns: broken at spaces, after `_`, `/`
  /// and `,`, and inside a word only if the word alone is too wide.
  package static func narrowLines(of text: String, width: Int) -> [String] {
    lines(of: pieces(of: text), after: "", width: max(1, width), hanging: 0, breaksPieces: true)
  }

  /// The width of the longest piece of text that `narrowLines` breaks only if necessary.
  package static func longestPiece(of text: String) -> Int {
    pieces(of: text).map { DisplayWidth.of($0.trimmingTrailingSpaces) }.max() ?? 0
  }

  /// Puts pieces, which end with their own spaces, into lines one after another.
  private static func lines(
    of pieces: [String], after start: String, width: Int, hanging: Int, breaksPieces: Bool
  ) -> [String] {
    let margin = String(repeating: " ", count: hanging)
    var lines: [String] = []
    var line = start
    var used = DisplayWidth.of(start)
    var isFresh = true
    func endLine() {
      let shown = line.trimmingTrailingSpaces
      if !shown.isEmpty { lines.append(shown) }
      (line, used, isFresh) = (margin, hanging, true)
    }
    for piece in pieces {
      let shown = DisplayWidth.of(piece.trimmingTrailingSpaces)
      if !isFresh, used + shown > width { endLine() }
      if breaksPieces, used + shown > width {
        for character in piece {
          let columns = DisplayWidth.width(character)
          if !isFresh, used + columns > width, character != " " { endLine() }
          line.append(character)
          (used, isFresh) = (used + columns, false)
        }
      } else {
        line += piece
        (used, isFresh) = (used + DisplayWidth.of(piece), false)
      }
    }
    let rest = line.trimmingTrailingSpaces
    return rest.isEmpty && !lines.isEmpty ? lines : lines + [rest]
  }

  /// The pieces between which `narrowLines` prefers to break, in order and complete.
  private static func pieces(of text: String) -> [String] {
    var pieces: [String] = []
    var piece = ""
    for character in text {
      piece.append(character)
      if breaks.contains(character) {
        pieces.append(piece)
        piece = ""
      }
    }
    return piece.isEmpty ? pieces : pieces + [piece]
  }

  private static let breaks: Set<Character> = [" ", "_", "/", ","]
}
