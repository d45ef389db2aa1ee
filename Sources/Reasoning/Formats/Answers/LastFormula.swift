/// The last formula of the text, as LaTeX and Markdown write it between `$…$`, `$$…$$`, `\(…\)` or
/// `\[…\]`. A formula that holds a box is what the box holds.
package struct LastFormula: AnswerFinder {
  package let name = "last_formula"
  package let meaning = "the last formula between $…$, $$…$$, \\(…\\) or \\[…\\]"

  package init() {}

  package func answer(in text: String) -> String? {
    var reader = ResponseReader(Array(text.utf8))
    var last: String?
    while let byte = reader.next {
      let isOpening = byte == UInt8(ascii: "$") || byte == UInt8(ascii: "\\")
      if isOpening, !reader.take("\\$"), let formula = reader.takeFormula() {
        last = formula
      } else {
        reader.place += reader.isAtEnd ? 0 : 1
      }
    }
    return last
  }
}
