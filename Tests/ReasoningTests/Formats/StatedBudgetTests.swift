import Reasoning
import Testing

@Suite struct StatedBudgetTests {
  private let format = LadderFormat()
  private let begin = LadderVocabulary.beginBudget
  private let end = LadderVocabulary.endBudget
  private let think = LadderVocabulary.beginThinking
  private let rest = [LadderVocabulary.endThinking, 12, LadderVocabulary.endOfSequence]

  private func digits(_ text: String) throws -> [Int32] { try LadderVocabulary.encode(text) }

  @Test func `a header is read and not counted`() throws {
    let header = try digits("064") + [end, think]
    let body = try digits("8+3") + rest
    for (tokens, opening) in [
      (header + body, ResponseOpening.budget), ([begin] + header + body, .prompt),
    ] {
      let response = format.parse(tokens, opening: opening)
      #expect(response.statedBudget == 64)
      #expect(response.tokenCount == 6 && response.isFinished)
      #expect(response.thinking == Array(body.prefix(3)))
    }
    let plain = format.parse(body)
    #expect(plain.statedBudget == nil && plain.tokenCount == 6)
  }

  @Test func `anything else is no budget`() throws {
    let malformed = try [
      digits("64") + [end, think], digits("0640") + [end, think], digits("06+") + [end, think],
      digits("064") + [think], [begin] + digits("064") + [end, think], [end, think], [think],
    ]
    for header in malformed {
      let response = format.parse(header + rest, opening: .budget)
      #expect(response.statedBudget == nil && response.isFinished)
    }
    let unopened = try format.parse(digits("064") + [end, think] + rest, opening: .prompt)
    #expect(unopened.statedBudget == nil)
  }

  @Test func `without <t> there is no answer`() throws {
    let response = try format.parse(digits("064") + [end] + rest, opening: .budget)
    #expect(!response.isFinished && response.statedBudget == nil && response.tokenCount == 7)
  }

  @Test func `the form is valid when a budget is stated and the response ends`() throws {
    let problem = Problem(family: "scan", difficulty: 1, prompt: "M45,12,97?", answer: "97")
    func grade(_ number: String, _ rest: [Int32]) throws -> GradedResponse {
      try format.parse(digits(number) + [end, think] + rest, opening: .budget)
        .graded(for: problem)
    }
    let answer = try digits("97")
    let right = [LadderVocabulary.endThinking] + answer + [LadderVocabulary.endOfSequence]
    #expect(try grade("010", right).formatIsValid && grade("010", right).isCorrect)
    #expect(try !grade("000", right).formatIsValid)
    #expect(try !grade("010", right.dropLast()).formatIsValid)
    #expect(try !grade("01", right).formatIsValid)
  }
}
