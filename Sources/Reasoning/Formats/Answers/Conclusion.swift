/// The value of the last sentence that has one, if the sentence draws a conclusion: `Therefore,
/// there are 12 ways.` In one with several values it is what follows `is`, `are` or `=`.
package struct Conclusion: AnswerFinder {
  package let name = "conclusion"
  package let meaning = "the value of the last sentence that has one, if it begins with “Therefore”"

  private static let words: Set<String> = [
    "therefore", "thus", "hence", "so", "consequently", "finally", "answer",
  ]

  package init() {}

  package func answer(in text: String) -> String? {
    var reader = SentenceReader(Array(text.utf8)[...])
    var last: SentenceReader.Sentence?
    while !reader.isAtEnd {
      let sentence = reader.next()
      if sentence.hasValue { last = sentence }
    }
    guard let last, let word = last.firstWord, Self.words.contains(word) else { return nil }
    return last.value
  }
}
