import Algorithms

/// The last formula of the text, as LaTeX and Markdown write it between `$…$`, `$$…$$`, `\(…\)` or
/// `\[…\]`. A formula that holds a box is what the box holds. Formulas that only commas, `and` or
/// `or` stand between are one answer with several parts; parts that are the same count once.
package struct LastFormula: AnswerFinder {
  package let name = "last_formula"
  package let meaning = "the last formula between $…$, $$…$$, \\(…\\) or \\[…\\]"
  package let version = 2

  package init() {}

  package func answer(in text: String) -> String? {
    var reader = ResponseReader(Array(text.utf8))
    var parts: [String] = []
    var end = reader.place
    while let byte = reader.next {
      let start = reader.place
      let isOpening = byte == UInt8(ascii: "$") || byte == UInt8(ascii: "\\")
      if isOpening, !reader.take("\\$"), let formula = reader.takeFormula() {
        if !PartSeparator.isPlain(reader.bytes[end..<start]) { parts = [] }
        parts.append(formula)
        end = reader.place
      } else {
        reader.place += reader.isAtEnd ? 0 : 1
      }
    }
    return parts.isEmpty ? nil : parts.uniqued().joined(separator: ", ")
  }
}
