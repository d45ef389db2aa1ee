import Fields
import ModelCore

extension ChatFormat {
  /// The most tokens that a field for a length allows.
  package var largestBudget: Int { 65_536 }

  /// The number, its end, and the opening of thinking.
  package func statement(of budget: Int) -> [Int32] {
    let number = min(max(budget, 0), largestBudget)
    // The text was encoded with all digits when the format was made.
    let text = String(number) + texts.endBudget + beginThinking
    return (try? tokenizer.encode(continuing: text)) ?? []
  }

  /// Thinking begins with the token after its opening, or after the end of the budget if nothing
  /// opens it.
  package func statedBudget(
    in tokens: ArraySlice<Int32>, opening: ResponseOpening
  ) -> (budget: Int?, response: ArraySlice<Int32>)? {
    let end = TextMark(texts.endBudget, in: tokenizer).place(in: tokens)
    if beginThinking.isEmpty {
      guard let end else { return nil }
      return (
        number(in: tokens, before: end.lower, opening), tokens[end.tokens.upperBound...]
      )
    }
    guard let begin = TextMark(beginThinking, in: tokenizer).place(in: tokens) else { return nil }
    let isStated = end.map { $0.upper <= begin.lower } ?? false
    return (
      isStated ? end.flatMap { number(in: tokens, before: $0.lower, opening) } : nil,
      tokens[begin.tokens.upperBound...]
    )
  }

  /// The number that is all of the text before a place, but for the beginning of a budget and white
  /// space; nil for any other text.
  private func number(
    in tokens: ArraySlice<Int32>, before end: TokenPosition, _ opening: ResponseOpening
  ) -> Int? {
    let start = TokenPosition(token: tokens.startIndex)
    var text = tokenizer.text(of: tokens, from: start, to: end)
    if opening == .prompt {
      let rest = text.without(prefix: texts.beginBudget)
      guard texts.beginBudget.isEmpty || rest != text else { return nil }
      text = rest
    }
    let digits = text.withoutSpaceAround
    guard (1...9).contains(digits.utf8.count), digits.utf8.allSatisfy({ (48...57).contains($0) })
    else { return nil }
    return Int(digits)
  }
}
