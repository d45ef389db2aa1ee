/// The answer that stands behind the last `Final answer:` or `the final answer is`, as Minerva's
/// examples end (Lewkowycz et al. 2022, arXiv 2206.14858, appendix D.2): a box, else what the
/// statement gives. It goes before boxes of the working.
package struct FinalAnswer: AnswerFinder {
  package let name = "final_answer"
  package let meaning =
    "the one behind the last “Final answer: …”: a box, a formula, or the value of the sentence"

  package init() {}

  package func answer(in text: String) -> String? {
    PhraseScanner.lastAnswer(in: Array(text.utf8)) { statement in
      guard statement.isFinal else { return nil }
      return BoxedAnswer().answer(in: String(decoding: statement.text, as: UTF8.self))
        ?? StatementReader.answer(to: statement)
    }
  }
}
