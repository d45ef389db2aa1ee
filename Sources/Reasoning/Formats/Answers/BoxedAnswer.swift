import Algorithms

/// The content of the last `\boxed{…}` or `\fbox{…}` that holds an answer, as LaTeX writes final
/// answers.
///
/// An empty box, or one with a placeholder such as `?`, holds none; a box that is still open where
/// the text ends is cut and holds none either. Boxes of one line that nothing, or commas, `and` or
/// `or` with a few words, stand between are one answer with several parts; parts that are the same
/// count once.
package struct BoxedAnswer: AnswerFinder {
  package let name = "boxed"
  package let meaning = "the content of the last \\boxed{…} or \\fbox{…} that holds an answer"
  package let version = 3

  package init() {}

  package func answer(in text: String) -> String? {
    var scanner = BoxScanner(Array(text.utf8))
    let parts = scanner.lastBoxes().map { scanner.bytes[$0.content].trimmedText }
    return parts.isEmpty ? nil : parts.uniqued(on: ExactText.init).joined(separator: ", ")
  }
}
