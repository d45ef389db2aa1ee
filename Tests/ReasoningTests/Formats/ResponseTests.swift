import Reasoning
import Testing

@Suite struct LadderVocabularyTests {
  @Test func `52 different tokens in the order models are saved with`() {
    #expect(LadderVocabulary.tokens.count == 52)
    #expect(Set(LadderVocabulary.tokens).count == 52)
    #expect(
      Array(LadderVocabulary.tokens.prefix(6)) == ["<pad>", "<eos>", "<t>", "</t>", "<b>", "</b>"])
    #expect(LadderVocabulary.tokens[9] == "0")
    #expect(LadderVocabulary.tokens[35] == "<unused>")
    #expect(LadderVocabulary.tokens[36] == "a")
    #expect(LadderVocabulary.tokens[51] == "p")
    #expect(LadderVocabulary.banned == [0, 35])
  }

  @Test func `text is encoded a character a token`() throws {
    #expect(try LadderVocabulary.encode("C07y<n") == [6, 9, 16, 34, 27, 49])
    #expect(LadderVocabulary.decode([6, 9, 16, 34, 27, 49]) == "C07y<n")
    #expect(LadderVocabulary.decode([2, 9, 3, 1, 99, -1]) == "<t>0</t><eos>\u{FFFD}\u{FFFD}")
    #expect(throws: ProblemError.notInVocabulary("z", text: "az")) {
      try LadderVocabulary.encode("az")
    }
    #expect(throws: ProblemError.notInVocabulary("é", text: "é")) {
      try LadderVocabulary.encode("é")
    }
  }
}

@Suite struct ParsedResponseTests {
  let format = LadderFormat()
  let eos = LadderVocabulary.endOfSequence
  let close = LadderVocabulary.endThinking

  @Test func `a finished response`() throws {
    let tokens =
      try LadderVocabulary.encode("8+3") + [close] + LadderVocabulary.encode("12") + [eos]
    let response = format.parse(tokens)
    #expect(response.tokenCount == 7)
    #expect(response.thinking == Array(tokens.prefix(3)))
    #expect(response.answer == "12")
    #expect(response.isFinished)
    // Tokens after <eos> are ignored.
    #expect(format.parse(tokens + [5, 5]) == response)
  }

  @Test func `responses that are not finished`() throws {
    let thinking = try LadderVocabulary.encode("8+3")
    let open = format.parse(thinking)
    #expect(!open.isFinished && open.tokenCount == 3 && open.thinking == thinking)
    let noEnd = format.parse(thinking + [close, 10])
    #expect(!noEnd.isFinished && noEnd.tokenCount == 5 && noEnd.thinking == thinking)
    #expect(noEnd.answer == "")
    let noClose = format.parse(thinking + [eos, close, eos])
    #expect(!noClose.isFinished && noClose.tokenCount == 4 && noClose.thinking == thinking)
    let empty = format.parse([])
    #expect(!empty.isFinished && empty.tokenCount == 0)
    let bare = format.parse([close, eos])
    #expect(bare.isFinished && bare.answer == "" && bare.thinking.isEmpty)
  }

  @Test func `only a finished right answer is correct`() throws {
    let problem = Problem(family: "scan", difficulty: 1, prompt: "M45,12,97?", answer: "97")
    func grade(_ tokens: [Int32]) throws -> GradedResponse {
      try format.parse(tokens).graded(for: problem)
    }
    let right = try LadderVocabulary.encode("97")
    #expect(
      try grade([close] + right + [eos])
        == GradedResponse(tokenCount: 4, thinkingTokenCount: 0, isCorrect: true, isFinished: true))
    #expect(
      try grade([close] + right)
        == GradedResponse(tokenCount: 3, thinkingTokenCount: 0, isCorrect: false, isFinished: false)
    )
    #expect(try !grade([close] + LadderVocabulary.encode("45") + [eos]).isCorrect)
    #expect(try !grade([close, close] + right + [eos]).isCorrect)
    let foreign = Problem(family: "other", difficulty: 1, prompt: "", answer: "")
    #expect(throws: ProblemError.unknownFamily("other")) {
      try format.parse([]).graded(for: foreign)
    }
  }
}
