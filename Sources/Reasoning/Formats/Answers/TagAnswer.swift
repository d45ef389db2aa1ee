import Fields

/// The content of the last `<answer>…</answer>`, as DeepSeek-R1-Zero's template asks for it (Guo et
/// al. 2025, arXiv 2501.12948, table 1).
package struct TagAnswer: AnswerFinder {
  package let name = "tag"
  package let meaning = "the content of the last <answer>…</answer>"

  package init() {}

  package func answer(in text: String) -> String? {
    let (opening, closing) = ("<answer>".unicodeScalars, "</answer>".unicodeScalars)
    let parts = text.unicodeScalars.split(separator: closing, omittingEmptySubsequences: false)
    for part in parts.dropLast().reversed() {
      let pieces = part.split(separator: opening, omittingEmptySubsequences: false)
      guard pieces.count > 1, let content = pieces.last else { continue }
      let answer = String(content).withoutSpaceAround
      if !answer.isEmpty { return answer }
    }
    return nil
  }
}
