import Fields

/// The content of the last `\boxed{…}` or `\fbox{…}`, as LaTeX writes final answers; braces in it
/// are in pairs. One that is still open where the text ends counts too, if nothing but the rest of
/// its line follows: a limit or the end of the response may come before the brace.
package struct BoxedAnswer: AnswerFinder {
  package let name = "boxed"
  package let meaning = "the content of the last \\boxed{…} or \\fbox{…}"

  private static let openings = ["\\boxed{", "\\fbox{"].map { Array($0.utf8) }

  package init() {}

  package func answer(in text: String) -> String? {
    let bytes = Array(text.utf8)
    // The starts of what the braces hold that are open, and whether each belongs to a box.
    var open: [(start: Int, isBox: Bool)] = []
    var last: Range<Int>?
    var place = 0
    while place < bytes.count {
      switch bytes[place] {
      case UInt8(ascii: "\\"):
        if let opening = Self.openings.first(where: { bytes[place...].starts(with: $0) }) {
          place += opening.count
          open.append((place, true))
          continue
        }
        // `\{` and `\}` are braces to read, not to group.
        let next = place + 1
        if next < bytes.count, Self.isBrace(bytes[next]) { place = next }
      case UInt8(ascii: "{"): open.append((place + 1, false))
      case UInt8(ascii: "}"):
        guard let group = open.popLast(), group.isBox else { break }
        let range = group.start..<place
        if group.start > last?.lowerBound ?? -1, !Self.text(bytes[range]).isEmpty { last = range }
      default: break
      }
      place += 1
    }
    if let unclosed = open.last(where: { $0.isBox }), unclosed.start > last?.lowerBound ?? -1 {
      let rest = Self.text(bytes[unclosed.start...])
      if !rest.isEmpty, !rest.contains(where: \.isNewline) { return rest }
    }
    return last.map { Self.text(bytes[$0]) }
  }

  private static func isBrace(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "{") || byte == UInt8(ascii: "}")
  }

  private static func text(_ bytes: ArraySlice<UInt8>) -> String {
    String(decoding: bytes, as: UTF8.self).withoutSpaceAround
  }
}
