import Fields

/// The rest of the line after the last `####`, as GSM8K's solutions write answers (Cobbe et al.
/// 2021, arXiv 2110.14168).
package struct HashAnswer: AnswerFinder {
  package let name = "hash"
  package let meaning = "the rest of the line after the last ####"

  package init() {}

  package func answer(in text: String) -> String? {
    let bytes = Array(text.utf8)
    var run = 0
    for place in bytes.indices.reversed() {
      run = bytes[place] == UInt8(ascii: "#") ? run + 1 : 0
      guard run == 4 else { continue }
      let line = bytes[(place + 4)...].prefix { $0 != UInt8(ascii: "\n") }
      let answer = String(decoding: line, as: UTF8.self).withoutSpaceAround
      return answer.isEmpty ? nil : answer
    }
    return nil
  }
}
