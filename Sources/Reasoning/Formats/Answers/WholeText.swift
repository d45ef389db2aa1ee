/// The whole text after thinking.
package struct WholeText: AnswerFinder {
  package let name = "text"
  package let meaning = "all of the text after thinking"

  package init() {}

  package func answer(in text: String) -> String? { text }
}
