import Fields

/// Accepts the option of the reference answer, by its letter or by its text.
///
/// A letter is written alone or before the option's text: `B`, `(b)`, `B.`, `**B)** text`,
/// `\text{B}`, `Option B`. If the problem has `choices`, the texts of its options, the text of one
/// stands for its letter, and a letter beside the text of another option is unreadable.
package struct ChoiceAnswer: AnswerVerifier {
  package let name = "choice"
  package let meaning =
    "the letter of the reference answer: B = (b) = B. = B) text, or the option's text if lines "
    + "have 'choices'"

  package init() {}

  package func verdict(on answer: String, for problem: Problem) -> Verdict {
    let options = ChoiceOptions(problem)
    guard let letter = options.letter(of: answer) else { return .unreadable }
    return letter == options.letter(of: problem.answer) ? .right : .wrong
  }

  /// True if the answers choose the same option, or neither chooses one and their texts are equal.
  package func agree(_ first: String, _ second: String, on problem: Problem) -> Bool {
    agree(first, second, readBy: ChoiceOptions(problem).letter)
  }
}

/// Reads answers as letters of a question's options.
private struct ChoiceOptions {
  /// The texts as they are compared; empty if they are unknown.
  private let texts: [String]

  init(_ problem: Problem) {
    guard case .texts(let texts) = problem.fields?[VerifierOptions.choices] else {
      self.texts = []
      return
    }
    self.texts = texts.map(Self.plain)
  }

  /// The letter of an option, 0 for A; nil for a text that chooses none.
  func letter(of answer: String) -> Int? {
    let text = Self.bare(answer)
    if let place = place(ofText: text) { return place }
    guard let (letter, rest) = Self.divided(text), texts.isEmpty || letter < texts.count else {
      return nil
    }
    if let place = place(ofText: rest), place != letter { return nil }
    return letter
  }

  /// The only option with a text.
  private func place(ofText text: String) -> Int? {
    let plain = Self.plain(text)
    guard !plain.isEmpty, let place = texts.firstIndex(of: plain),
      texts.lastIndex(of: plain) == place
    else { return nil }
    return place
  }

  /// The letter that a text begins with, and the text after it; nil if it begins with none.
  private static func divided(_ text: String) -> (letter: Int, rest: String)? {
    var rest = Array(text.unicodeScalars)[...]
    for word in ["option ", "choice ", "answer "] {
      let start = String(String.UnicodeScalarView(rest.prefix(word.count))).lowercased()
      if start == word { rest = rest.dropFirst(word.count) }
    }
    let isOpened = rest.first == "(" || rest.first == "["
    if isOpened { rest = rest.dropFirst() }
    guard let first = rest.popFirst(), let letter = place(ofLetter: first) else { return nil }
    guard let mark = rest.first else { return isOpened ? nil : (letter, "") }
    let isClosed = isOpened ? mark == ")" || mark == "]" : ").:,".unicodeScalars.contains(mark)
    guard isClosed else { return nil }
    return (letter, bare(String(String.UnicodeScalarView(rest.dropFirst()))))
  }

  private static func place(ofLetter scalar: Unicode.Scalar) -> Int? {
    let value = scalar.value | 0x20
    return (0x61...0x7A).contains(value) && scalar.isASCII ? Int(value) - 0x61 : nil
  }

  /// A text without spaces, marks of Markdown and dollar signs around it, and out of `\text{…}`.
  private static func bare(_ text: String) -> String {
    let around: Set<Unicode.Scalar> = ["*", "_", "`", "$", " ", "\n", "\t", "\r"]
    var scalars = Array(text.unicodeScalars)[...]
    func trim() {
      while let first = scalars.first, around.contains(first) { scalars.removeFirst() }
      while let last = scalars.last, around.contains(last) { scalars.removeLast() }
    }
    trim()
    for opening in ["\\text{", "\\textbf{", "\\mathrm{", "\\mathbf{"] {
      guard scalars.last == "}", scalars.starts(with: opening.unicodeScalars) else { continue }
      scalars = scalars.dropFirst(opening.unicodeScalars.count).dropLast()
      trim()
    }
    // Bold may end between the letter and its text.
    return String(String.UnicodeScalarView(scalars)).replacing("**", with: "")
  }

  /// A text as options are compared: in small letters, single spaces, no full stop at its end.
  private static func plain(_ text: String) -> String {
    let words = bare(text).lowercased().split(whereSeparator: \.isWhitespace)
    let joined = words.joined(separator: " ")
    return joined.hasSuffix(".") ? String(joined.dropLast()) : joined
  }
}
