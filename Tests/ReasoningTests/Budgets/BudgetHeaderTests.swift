import Reasoning
import Testing

@Suite struct `Budget headers` {
  private func tokens(_ text: String) throws -> [Int32] { try LadderVocabulary.encode(text) }

  @Test(arguments: [(7, "007"), (96, "096"), (160, "160"), (999, "999"), (1000, "999")])
  func `have three digits`(budget: Int, digits: String) throws {
    let header = BudgetHeader.tokens(budget)
    #expect(LadderVocabulary.decode(header) == "<b>\(digits)</b>")
    let read = BudgetHeader.read(header.dropFirst() + [LadderVocabulary.beginThinking, 40])
    #expect(read?.budget == Int(digits))
    #expect(read.map { Array($0.rest) } == [40])
  }

  @Test func `that are malformed, or state nothing, are none`() throws {
    let (close, think) = (LadderVocabulary.endBudget, LadderVocabulary.beginThinking)
    let wrong: [[Int32]] = [
      [], try tokens("12"), try tokens("12") + [close, think], try tokens("012") + [close],
      try tokens("012") + [think, close], try tokens("0120") + [close, think],
      try tokens("01a") + [close, think], try tokens("000") + [close, think],
      [think] + (try tokens("012")) + [close],
    ]
    for header in wrong {
      #expect(BudgetHeader.read(header[...]) == nil, "\(LadderVocabulary.decode(header))")
    }
  }

  @Test func `are no part of a response's length`() throws {
    let response =
      try tokens("012") + [LadderVocabulary.endBudget, LadderVocabulary.beginThinking]
      + tokens("a=1;") + [LadderVocabulary.endThinking] + tokens("1")
      + [LadderVocabulary.endOfSequence]
    let parsed = ResponseParser.parse(response, after: .stated)
    #expect(parsed.statedBudget == 12 && parsed.tokenCount == 7 && parsed.isFinished)
    let thinking = try tokens("a=1;")
    #expect(parsed.answer == "1" && parsed.thinkingTokens == thinking)
    // The same without its header is unfinished, though it has an answer and an end.
    let bare = Array(response.dropFirst(5))
    let malformed = ResponseParser.parse(bare, after: .stated)
    #expect(malformed.statedBudget == nil && !malformed.isFinished && malformed.tokenCount == 7)
    #expect(ResponseParser.parse(bare, after: .none).isFinished)
    #expect(ResponseParser.parse(bare, after: .given(8)).isFinished)
  }
}

@Suite struct `Budget adherence` {
  @Test func `is a fit, a share and an error, by hand`() throws {
    // b: 10 20 30, L: 12 18 60. Means 20 and 30; Σbb = 200, Σbl = 180 + 0 + 300 = 480.
    let adherence = try #require(BudgetAdherence([(10, 12), (20, 18), (30, 60)]))
    #expect(adherence.slope == 2.4)
    #expect(adherence.intercept == 30 - 2.4 * 20)
    // Σll = 324 + 144 + 900 = 1368; 480 / √(200 · 1368).
    #expect(abs(try #require(adherence.correlation) - 480 / 273600.0.squareRoot()) < 1e-15)
    // |L - b| / b: 0.2, 0.1, 1.
    #expect(adherence.matchingRate == 2.0 / 3)
    #expect(abs(adherence.meanRelativeError - 1.3 / 3) < 1e-15)
    #expect(adherence.count == 3)
  }

  @Test func `half off still matches, more does not`() {
    #expect(BudgetAdherence([(10, 15)])?.matchingRate == 1)
    #expect(BudgetAdherence([(10, 5)])?.matchingRate == 1)
    #expect(BudgetAdherence([(10, 16)])?.matchingRate == 0)
  }

  @Test func `one budget has no slope, one length no correlation`() {
    let level = BudgetAdherence([(10, 4), (10, 8)])
    #expect(level?.slope == nil && level?.correlation == nil && level?.matchingRate == 0.5)
    let flat = BudgetAdherence([(10, 8), (20, 8)])
    #expect(flat?.slope == 0 && flat?.correlation == nil)
    #expect(BudgetAdherence([]) == nil)
  }
}
