package import ModelCore

/// `PROMPT <t> THINKING </t> ANSWER <eos>`, every character a token of its own: the form of the
/// ladder suites.
///
/// Li et al. 2025, SelfBudgeter (arXiv 2505.11274): `<b>NNN</b>`, a budget in three digits between
/// prompt and `<t>`, is stated by the model or given to it. It counts the tokens after `<t>`, so
/// the header itself is not counted.
package struct LadderFormat: ResponseFormat {
  package let name = "ladder"
  package let meaning = "PROMPT<t>THINKING</t>ANSWER<eos>, a token for every character"

  package init() {}

  package var tokenizer: any Tokenizer { LadderVocabulary.tokenizer }

  package func encode(_ text: String) throws(ProblemError) -> [Int32] {
    try LadderVocabulary.encode(text)
  }

  package func tokenCount(of text: String) -> Int { text.unicodeScalars.count }
  package func reads(_ scalar: Unicode.Scalar) -> Bool { LadderVocabulary.has(scalar) }

  package func tokens(of header: ResponseHeader) -> [Int32] {
    switch header {
    case .none: [LadderVocabulary.beginThinking]
    case .given(let budget): [LadderVocabulary.beginBudget] + statement(of: budget)
    case .stated: [LadderVocabulary.beginBudget]
    }
  }

  package var endOfThinking: EndMark? { .token(LadderVocabulary.endThinking) }
  package let thoughtOpenings: [String] = []
  package var endOfResponse: Int32 { LadderVocabulary.endOfSequence }

  package func bannedTokens(ofVocabularySize size: Int) -> [Int32] {
    LadderVocabulary.banned(ofVocabularySize: size)
  }

  // MARK: Budgets

  /// The largest number with three digits.
  package let largestBudget = 999

  /// `NNN</b><t>`. A budget outside 0...999 becomes the nearest number in this range.
  package func statement(of budget: Int) -> [Int32] {
    let number = min(max(budget, 0), largestBudget)
    let digits = [number / 100, number / 10 % 10, number % 10]
    return digits.map { LadderVocabulary.zero + Int32($0) }
      + [LadderVocabulary.endBudget, LadderVocabulary.beginThinking]
  }

  package func statedBudget(
    in tokens: ArraySlice<Int32>, opening: ResponseOpening
  ) -> (budget: Int?, response: ArraySlice<Int32>)? {
    guard let begin = tokens.firstIndex(of: LadderVocabulary.beginThinking) else { return nil }
    var header = tokens[..<begin]
    if opening == .prompt, header.popFirst() != LadderVocabulary.beginBudget { header = [] }
    return (Self.budget(of: header), tokens[(begin + 1)...])
  }

  /// The number in `NNN</b>`; nil for any other tokens.
  private static func budget(of header: ArraySlice<Int32>) -> Int? {
    guard header.count == 4, header.last == LadderVocabulary.endBudget else { return nil }
    let digits = header.dropLast().map { $0 - LadderVocabulary.zero }
    guard digits.allSatisfy({ (0...9).contains($0) }) else { return nil }
    return digits.reduce(0) { 10 * $0 + Int($1) }
  }
}

/// `name: ladder`, which has nothing to choose.
struct Ladder: NamedFormat {
  let name = LadderFormat().name
  let meaning = LadderFormat().meaning

  func format(_ configuration: FormatConfiguration) throws(FormatError) -> any ResponseFormat {
    var plain = FormatConfiguration()
    plain.name = name
    guard configuration == plain else {
      throw FormatError("name", "the format '\(name)' has no fields to set")
    }
    return LadderFormat()
  }
}
