/// The content of the last `<answer>…</answer>`, as DeepSeek-R1-Zero's template asks for it (Guo et
/// al. 2025, arXiv 2501.12948, table 1).
package struct TagAnswer: AnswerFinder {
  package let name = "tag"
  package let meaning = "the content of the last <answer>…</answer>"

  package init() {}

  package func answer(in text: String) -> String? {
    var reader = ResponseReader(Array(text.utf8))
    var content: Int?
    var last: Range<Int>?
    while let byte = reader.next {
      let place = reader.place
      if byte == UInt8(ascii: "<"), reader.take("<answer>") {
        content = reader.place
      } else if byte == UInt8(ascii: "<"), reader.take("</answer>") {
        if let start = content, !reader.bytes[start..<place].allSatisfy(\.isSpace) {
          last = start..<place
        }
        content = nil
      } else {
        reader.place += 1
      }
    }
    return last.map { reader.bytes[$0].trimmedText }
  }
}
