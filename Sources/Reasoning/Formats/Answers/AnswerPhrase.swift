/// The answer that a sentence gives: `the answer is …`, `Final Answer: …`, a heading `Answer` and
/// what follows. Behind a colon or a heading it may be the value of a sentence: `Answer: The
/// largest n is 34.` The last sentence that gives one decides, but for those of another question
/// with which a model runs on.
package struct AnswerPhrase: AnswerFinder {
  package let name = "answer_phrase"
  package let meaning = "the one that the last “the answer is …” or “Final answer: …” gives"
  package let version = 2

  package init() {}

  package func answer(in text: String) -> String? {
    PhraseScanner.lastAnswer(in: Array(text.utf8), StatementReader.answer(to:))
  }
}
