/// The rest of the line after the first `####`, as GSM8K's solutions write answers (Cobbe et al.
/// 2021, arXiv 2110.14168).
///
/// A model that was shown examples may run on with another question and its `####`, so the first
/// one decides, and what runs on in its own line is left out. Headings of Markdown begin with the
/// same mark: a line that is a number comes before one that begins with one, and that before words.
package struct HashAnswer: AnswerFinder {
  package let name = "hash"
  package let meaning = "the rest of the line after the first #### that a number follows"
  package let version = 2

  /// The number of `#` of the mark.
  private static let length = 4
  private static let runOns = ["Question", "Problem", "Q:", "Human:", "User:", "<|", "</"]

  package init() {}

  package func answer(in text: String) -> String? {
    var reader = ResponseReader(Array(text.utf8))
    var found: [Kind: String] = [:]
    while !reader.isAtEnd {
      guard reader.read(while: { $0 == UInt8(ascii: "#") }).count >= Self.length else {
        reader.place += reader.isAtEnd ? 0 : 1
        continue
      }
      let answer = Self.line(&reader)
      guard !answer.isEmpty else { continue }
      let kind = Kind(answer)
      if kind == .number { return answer }
      if found[kind] == nil { found[kind] = answer }
    }
    return found[.heading] ?? found[.words]
  }

  /// Reads up to the end of the line, the next mark, or what runs on.
  private static func line(_ reader: inout ResponseReader) -> String {
    let start = reader.place
    var end: Int?
    while let byte = reader.next, !byte.isNewline {
      if byte == UInt8(ascii: "#"), reader.starts(with: "####") { break }
      if end == nil, byte.isCapital || byte == UInt8(ascii: "<"),
        runOns.contains(where: reader.starts)
      {
        end = reader.place
      }
      reader.place += 1
    }
    return reader.bytes[start..<(end ?? reader.place)].unmarked
  }

  private enum Kind {
    /// A number, and a unit perhaps: `$1,250.50`, `2 apples`.
    case number
    /// A number that a sentence follows: `3. Add them`.
    case heading
    case words

    init(_ line: String) {
      var reader = ResponseReader(Array(line.utf8))
      _ = reader.takeAny(["-", "+", "\u{2212}"])
      _ = reader.takeAny(["\\$", "$", "€", "£"])
      _ = reader.takeAny(["-", "+", "\u{2212}"])
      guard reader.takeNumber() != nil else {
        self = .words
        return
      }
      let mark = reader.next.map { Array(".:)".utf8).contains($0) } ?? false
      self = mark && reader.rest.count > 1 ? .heading : .number
    }
  }
}
