/// Fills lines with words. Lines break between words only, so a word longer than a line gets its
/// own line.
package enum WordWrap {
  /// The text in lines of at most `width` columns, broken at spaces.
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
    var lines: [String] = []
    var line = start
    var used = DisplayWidth.of(start)
    var isFresh = true
    for word in words {
      let length = DisplayWidth.of(word)
      if !isFresh, used + 1 + length > width {
        lines.append(line)
        line = String(repeating: " ", count: hanging)
        used = hanging
        isFresh = true
      }
      line += (isFresh ? "" : " ") + word
      used += (isFresh ? 0 : 1) + length
      isFresh = false
    }
    return lines + [line]
  }
}
