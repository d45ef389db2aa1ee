import ModelCore

/// Counts thoughts by the words with which a new one begins.
///
/// Wang et al. 2025, "Thoughts Are All Over the Place" (arXiv 2501.18585), call the step from one
/// line of reasoning to another a switch and name "alternatively" as its sign. Words are a proxy:
/// a switch in other words or in another language is not seen, and "Wait" may begin a check that
/// changes nothing.
package enum ThoughtOpenings {
  /// The words of English, as models that were taught to reason write them.
  package static let english = [
    "Wait", "But wait", "Alternatively", "Hmm", "Hold on", "Let me reconsider", "Let me rethink",
    "Let me try another", "Let me try a different", "Another approach", "Another way",
    "On second thought",
  ]

  /// The number of thoughts in a text: one, and one more for each opening at the beginning of a
  /// later sentence; 0 if the text has no letters or digits.
  ///
  /// A sentence begins after a line's end and after `.`, `!`, `?`, `:` or an ellipsis. Marks before
  /// its first letter, such as quotes, are passed over. Upper and lower case are distinguished. It
  /// reads the text once.
  package static func count(in text: String, openedBy openings: [String]) -> Int {
    let openings = openings.map { Array($0.unicodeScalars) }
    let scalars = Array(text.unicodeScalars)
    var count = 0
    var isBeginning = true
    var index = 0
    while index < scalars.count {
      if isOfWord(scalars[index]) {
        if count == 0 {
          count = 1
        } else if isBeginning, openings.contains(where: { isOpening($0, scalars, at: index) }) {
          count += 1
        }
        isBeginning = false
        // Only the first letter of a word can begin a sentence.
        while index < scalars.count, isOfWord(scalars[index]) { index += 1 }
        continue
      }
      if ends.contains(scalars[index]) { isBeginning = true }
      index += 1
    }
    return count
  }

  private static let ends = Set(".!?:\n\r\u{2026}".unicodeScalars)

  private static func isOpening(
    _ word: [Unicode.Scalar], _ scalars: [Unicode.Scalar], at index: Int
  ) -> Bool {
    let end = index + word.count
    return end <= scalars.count && scalars[index..<end].elementsEqual(word)
      && (end == scalars.count || !isOfWord(scalars[end]))
  }

  /// True for letters and digits.
  private static func isOfWord(_ scalar: Unicode.Scalar) -> Bool {
    guard scalar.value >= 0x80 else {
      return (0x30...0x39).contains(scalar.value) || (0x41...0x5a).contains(scalar.value & 0xdf)
    }
    return scalar.properties.isAlphabetic
  }
}

extension ResponseFormat {
  /// The number of thoughts in a response's thinking; nil if the format has no words for them.
  package func thoughtCount(of response: Response) -> Int? {
    let openings = thoughtOpenings
    guard !openings.isEmpty else { return nil }
    let thinking =
      response.text.map { text in
        String(text[..<(endOfThinking(in: text)?.lowerBound ?? text.endIndex)])
      } ?? tokenizer.decode(response.parsed.thinking)
    return ThoughtOpenings.count(in: thinking, openedBy: openings)
  }
}
