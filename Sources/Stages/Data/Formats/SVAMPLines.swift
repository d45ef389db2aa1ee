import Fields
import Reasoning

/// Lines of SVAMP (Patel et al. 2021, arXiv 2103.07191): `Body`, `Question`, `Answer`, which is a
/// number, and `Equation`, such as `( 8.0 - 3.0 )`.
struct SVAMPLines: LineFormat {
  let name = "svamp"
  let meaning = "SVAMP: Body, Question, Answer and Equation, which is carried along as 'equation'"
  let solutions: [SolutionChoice] = [.equations]

  func parts(of line: inout LineReader, solution: SolutionChoice?) -> LineParts {
    var parts = LineParts()
    parts.prompt = line.text("prompt", at: "Body", then: "Question")
    parts.answer = line.textOrNumber("answer", at: "Answer").map {
      LineText(text: WrittenEquation.plain($0.text), members: $0.members)
    }
    guard let equation = line.text("response", at: "Equation") else { return parts }
    parts.carried["equation"] = .string(equation.text)
    let written = WrittenEquation(equation.text)
    // An equation without a value can be carried along, but not be learned.
    guard let answer = parts.answer?.text, let value = written.value(near: answer) else {
      return parts
    }
    parts.response = LineText(text: "\(written.text) = \(value)", members: equation.members)
    return parts
  }
}

/// An expression of numbers in parentheses and with spaces between everything, as SVAMP writes it.
struct WrittenEquation {
  /// The expression as people write it: `8 - 3`.
  let text: String
  private let words: [Substring]

  init(_ expression: String) {
    words = expression.split { $0 == " " }
    var shown = words.map { Self.plain(String($0)) }
    if Self.isEnclosed(shown) { shown = Array(shown.dropFirst().dropLast()) }
    text = shown.joined(separator: " ").replacing("( ", with: "(").replacing(" )", with: ")")
  }

  /// Returns a number without a fraction of zero: `8` for `8.0`. Another text is unchanged.
  static func plain(_ text: String) -> String {
    guard let point = text.firstIndex(of: "."), point != text.startIndex else { return text }
    let fraction = text[text.index(after: point)...]
    return !fraction.isEmpty && fraction.allSatisfy { $0 == "0" } ? String(text[..<point]) : text
  }

  /// Returns the value as text; nil if the expression cannot be evaluated.
  /// - Parameter expected: the answer, which is shown wherever it is the value.
  func value(near expected: String) -> String? {
    var rest = words[...]
    guard let value = Self.sum(&rest, depth: 0), rest.isEmpty, value.isFinite else { return nil }
    if let number = Double(expected), abs(value - number) <= 1e-9 * max(1, abs(number)) {
      return expected
    }
    return Self.plain(String(value))
  }

  /// True if the first parenthesis is closed by the last.
  private static func isEnclosed(_ words: [String]) -> Bool {
    guard words.count > 2, words.first == "(", words.last == ")" else { return false }
    var depth = 0
    for (index, word) in words.enumerated() {
      if word == "(" { depth += 1 }
      if word == ")" { depth -= 1 }
      if depth == 0 { return index == words.count - 1 }
    }
    return false
  }

  // MARK: Value

  private static let deepest = 64

  private static func sum(_ rest: inout ArraySlice<Substring>, depth: Int) -> Double? {
    guard var value = product(&rest, depth: depth) else { return nil }
    while let sign = rest.first, sign == "+" || sign == "-" {
      rest = rest.dropFirst()
      guard let next = product(&rest, depth: depth) else { return nil }
      value += sign == "+" ? next : -next
    }
    return value
  }

  private static func product(_ rest: inout ArraySlice<Substring>, depth: Int) -> Double? {
    guard var value = factor(&rest, depth: depth) else { return nil }
    while let sign = rest.first, sign == "*" || sign == "/" {
      rest = rest.dropFirst()
      guard let next = factor(&rest, depth: depth) else { return nil }
      value = sign == "*" ? value * next : value / next
    }
    return value
  }

  private static func factor(_ rest: inout ArraySlice<Substring>, depth: Int) -> Double? {
    guard let word = rest.popFirst() else { return nil }
    guard word == "(" else { return Double(word) }
    guard depth < deepest, let value = sum(&rest, depth: depth + 1), rest.popFirst() == ")" else {
      return nil
    }
    return value
  }
}
