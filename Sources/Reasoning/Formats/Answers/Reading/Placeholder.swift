/// The texts that stand where an answer belongs and are none: nothing, `?`, `\ldots`, `\text{your
/// answer}`.
enum Placeholder {
  private static let words: Set<String> = [
    "answer", "youranswer", "youranswerhere", "answerhere", "finalanswer", "yourfinalanswer",
    "thefinalanswer", "theanswer", "finalanswerhere", "insertanswer", "insertanswerhere",
    "result", "finalresult", "tbd",
  ]

  /// Commands that decorate a text or draw nothing.
  private static let commands = [
    "\\textbf", "\\text", "\\mathrm", "\\mathbf", "\\boxed", "\\fbox", "\\ldots", "\\cdots",
    "\\dots", "\\quad", "\\qquad", "\\square", "\\box", "\\underline", "\\hspace", "\\phantom",
    "\\_", "\\,", "\\;", "\\ ", "\\!",
  ]

  /// The longest placeholder; a longer text is an answer unless it is all space.
  private static let longest = 80

  static func isOne(_ bytes: ArraySlice<UInt8>) -> Bool {
    let bytes = bytes.drop(while: \.isSpace)
    guard bytes.count <= longest else { return bytes.allSatisfy(\.isSpace) }
    var reader = ResponseReader(Array(bytes.map(\.lower)))
    var text: [UInt8] = []
    while let byte = reader.next {
      if byte == UInt8(ascii: "\\"), reader.takeAny(commands) { continue }
      reader.place += 1
      if !byte.isSpace, !Array("{}$".utf8).contains(byte) { text.append(byte) }
    }
    return text.allSatisfy(Array("?._-*…#".utf8).contains)
      || words.contains(String(decoding: text, as: UTF8.self))
  }
}
