import ModelCore
import Reasoning
import Testing

@Suite struct `Budget headers` {
  private let format = LadderFormat()

  private func tokens(_ text: String) throws -> [Int32] { try LadderVocabulary.encode(text) }

  @Test(arguments: [(7, "007"), (96, "096"), (160, "160"), (999, "999"), (1000, "999")])
  func `have three digits`(budget: Int, digits: String) throws {
    let header = format.tokens(of: .given(budget))
    #expect(LadderVocabulary.decode(header) == "<b>\(digits)</b><t>")
    #expect(format.tokens(of: .stated) + format.statement(of: budget) == header)
    let read = format.parse(header.dropFirst() + [40], opening: .budget)
    #expect(read.statedBudget == Int(digits) && read.thinking == [40])
  }

  @Test func `are no part of a response's length`() throws {
    let problem = Problem(
      family: "sum", difficulty: 1, prompt: "1", answer: "1", verifier: ExactAnswer().name)
    func graded(_ response: [Int32], after header: ResponseHeader) throws -> Response {
      try Response(
        problem, sample: 0, prompt: try format.prompt(of: problem, header: header), header: header,
        response: SampledResponse(
          tokens: response, logProbabilities: response.map { _ in 0 }, stop: .stopToken), in: format
      )
    }
    let body =
      try tokens("a=1;") + [LadderVocabulary.endThinking] + tokens("1")
      + [LadderVocabulary.endOfSequence]
    let stating =
      try tokens("012") + [LadderVocabulary.endBudget, LadderVocabulary.beginThinking] + body
    for (tokens, header, budget) in [
      (body, ResponseHeader.none, nil), (body, .given(12), 12), (stating, .stated, 12),
    ] {
      let response = try graded(tokens, after: header)
      #expect(response.graded.tokenCount == 7 && response.graded.isCorrect)
      #expect(response.graded.statedBudget == budget)
    }
    // A response without the expected beginning has no budget.
    #expect(try graded(body, after: .stated).graded.statedBudget == nil)
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
