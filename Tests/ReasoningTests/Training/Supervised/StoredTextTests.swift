import ModelCore
import Reasoning
import Testing

/// `PROMPT [work]RESPONSE[end]`, in which nothing divides a response.
private struct UndividedFormat: ResponseFormat {
  private let pieces = SpelledFormat()
  let name = "undivided"
  let meaning = "a response that is not divided"
  let endOfThinking: EndMark? = nil
  let endOfResponse: Int32 = 1
  let largestBudget = 9
  var tokenizer: any Tokenizer { pieces.tokenizer }

  func tokens(of header: ResponseHeader) -> [Int32] { header == .stated ? [2, 0] : [2] }
  /// The budget's digit and `;`.
  func statement(of budget: Int) -> [Int32] { pieces.ids("\(min(budget, 9)) ;") }
  func statedBudget(
    in tokens: ArraySlice<Int32>, opening: ResponseOpening
  ) -> (budget: Int?, response: ArraySlice<Int32>)? { nil }
}

@Suite struct `Stored texts to imitate` {
  private let spelled = SpelledFormat()
  private let problem = Problem(family: "sum", difficulty: 1, prompt: "1+2?", answer: "3")

  private func expect(
    _ example: SupervisedExample, given: String, learned: String,
    _ location: SourceLocation = #_sourceLocation
  ) {
    let ids = (spelled.ids(given), spelled.ids(learned))
    #expect(example.tokens == ids.0 + ids.1, sourceLocation: location)
    #expect(
      example.weights
        == ids.0.map { _ in Float(0) } + ids.1.map { _ in Float(1) }, sourceLocation: location)
  }

  @Test func `are divided at the end of thinking, which the format then spells`() throws {
    expect(
      try .stored("1;</think>3", to: problem, in: spelled),
      given: "1 + 2 ? [work]", learned: "1 ; </ think >⏎ 3 [end]")
    // Without the end, the text is the thinking and the problem's answer follows.
    expect(
      try .stored("1;", to: problem, in: spelled),
      given: "1 + 2 ? [work]", learned: "1 ; </ think >⏎ 3 [end]")
  }

  @Test func `stay whole where nothing divides them`() throws {
    let format = UndividedFormat()
    expect(
      try .stored("1;~3", to: problem, in: format),
      given: "1 + 2 ? [work]", learned: "1 ; ~ 3 [end]")
    // What ends thinking elsewhere is text like any other.
    expect(
      try .stored("1</think>3", to: problem, in: format),
      given: "1 + 2 ? [work]", learned: "1 </ think > 3 [end]")
  }

  @Test func `state their own length, in which the end of the response counts`() throws {
    expect(
      try .stored("1;~3", to: problem, in: UndividedFormat(), statesBudget: true),
      given: "1 + 2 ? [work] [pad]", learned: "5 ; 1 ; ~ 3 [end]")
    let ladder = try SupervisedExample.stored(
      "12;</t>3", to: problem, in: LadderFormat(), statesBudget: true)
    #expect(LadderVocabulary.decode(ladder.tokens) == "1+2?<b>006</b><t>12;</t>3<eos>")
    #expect(ladder.weights == [Float](repeating: 0, count: 5) + [Float](repeating: 1, count: 11))
  }

  @Test func `are cut without an end`() throws {
    let example = try SupervisedExample.stored("1;~3", to: problem, in: UndividedFormat())
    expect(example.cut(to: 8), given: "1 + 2 ? [work]", learned: "1 ; ~")
    expect(example.cut(to: 9), given: "1 + 2 ? [work]", learned: "1 ; ~ 3")
    #expect(example.cut(to: 10) == example)
    #expect(example.cut(to: 5).learnedCount == 0 && example.learnedCount == 5)
  }

  @Test func `with a mark of the format are refused`() {
    #expect(throws: ProblemError.self) {
      try SupervisedExample.stored("1[end]", to: problem, in: UndividedFormat())
    }
  }
}
