import Fields
import Foundation
import ModelCore
import Reasoning
import TensorCore
import Testing

@Suite struct `Responses of chat formats` {
  private func parse(
    _ text: String, _ format: any ResponseFormat, opening: ResponseOpening = .thinking
  ) throws -> ParsedResponse {
    format.parse(try format.ids(text), opening: opening)
  }

  // MARK: Marks

  @Test func `end thinking at a token, at a text, or nowhere`() throws {
    #expect(
      try ChatCheckpoints.format("qwen3").endOfThinking == .token(ChatCheckpoints.endThink))
    let special = try ChatCheckpoints.format { $0.endThinking = "<|turn|>" }
    #expect(special.endOfThinking == .token(ChatCheckpoints.turn))
    // Two line breaks are one token, but three are not the same token and another one.
    for text in ["\n\n", "[done]"] {
      let format = try ChatCheckpoints.format { $0.endThinking = text }
      #expect(format.endOfThinking == .text(TextMark(text, in: format.tokenizer)), "\(text)")
    }
    #expect(try ChatCheckpoints.format().endOfThinking == nil)
  }

  @Test func `end at all of the checkpoint's end tokens, a teacher's at that of a turn`() throws {
    let files = try ChatCheckpoints.files(ends: [256, 257])
    let format = try ChatCheckpoints.format("chat", files) { $0.stop = ["Q:"] }
    #expect(format.endOfResponse == 257 && format.stopTokens == [257, 256])
    #expect(format.stopStrings == [TextMark("Q:", in: format.tokenizer)])
    for end in ["<|end|>", "<s>", "Q:"] {
      #expect(try parse("7\(end)8", format).isFinished)
    }
    #expect(try !parse("7 Q :", format).isFinished)
    let plain = try ChatCheckpoints.format("plain", files)
    #expect(plain.endOfResponse == 256, "the first, since no template ends a turn")
  }

  @Test func `never have ids without a token, but padding that ends them`() throws {
    let format = try ChatCheckpoints.format()
    let count = Int32(format.tokenizer.vocabularySize)
    #expect(format.tokenizer.padToken == ChatCheckpoints.end)
    #expect(format.bannedTokens(ofVocabularySize: Int(count) + 2) == [count, count + 1])
    #expect(format.bannedTokens.isEmpty)
  }

  // MARK: Answers

  @Test func `have the answer in all of the text if nothing divides them`() throws {
    let format = try ChatCheckpoints.format()
    let response = try parse("So 3+4 is \\boxed{7}, not 8.<|end|>", format)
    #expect(response.isFinished && response.answer == "7" && response.answerTokenCount == 0)
    #expect(response.thinking.count + 1 == response.tokenCount)
    #expect(try parse("It is 1,234.<|end|>", format).answer == "1234")
    #expect(try parse("I do not know.<|end|>", format).answer == "")
    let cut = try parse("So \\boxed{7}", format)
    #expect(!cut.isFinished && cut.answer == "")
    #expect(try !cut.graded(for: ChatCheckpoints.problem("3+4?")).isCorrect)
  }

  @Test func `have it after the end of thinking if one divides them`() throws {
    let format = try ChatCheckpoints.format("qwen3")
    let response = try parse("<think>\n\\boxed{8}?\n</think>\n\nIt is \\boxed{7}.<|end|>", format)
    #expect(response.isFinished && response.answer == "7")
    #expect(try response.thinking == format.ids("<think>\n\\boxed{8}?\n"))
    #expect(try !parse("<think>\n\\boxed{7}<|end|>", format).isFinished)
    let spelled = try ChatCheckpoints.format {
      $0.endThinking = "[done]"
      $0.answer = ["text"]
    }
    #expect(try parse("3+4[done]7<|end|>", spelled).answer == "7")
  }

  @Test func `are over where an answer ends that the bridge opened`() throws {
    let format = try ChatCheckpoints.format()
    let bridge = "\n\nFinal answer: \\boxed{"
    let thought = try format.ids("3+4 or \\boxed{3}")
    let ids = thought + format.bridge
    let forced = Array(thought.count..<ids.count)
    func parse(after text: String) throws -> ParsedResponse {
      format.parse(ids + (try format.ids(text)), forced: forced)
    }
    let over = try parse(after: "\\frac{14}{2}} Or 8")
    #expect(over.isFinished && over.answer == "\\frac{14}{2}")
    #expect(over.tokenCount == ids.count + 13)
    #expect(try !parse(after: "\\frac{14").isFinished)
    let ended = try parse(after: "7<|end|>")
    #expect(ended.isFinished && ended.answer == "7", "without its brace")
    let later = try parse(after: "7} or \\boxed{8}<|end|>")
    #expect(later.answer == "7", "what follows decides nothing, also before an end")
    let set = try parse(after: "\\{7\\}} and more")
    #expect(set.isFinished && set.answer == "\\{7\\}", "escaped braces are read")
    // A bridge that the model wrote itself is no limit's doing.
    let own = try format.parse(ids + format.ids("7} and on"))
    #expect(!own.isFinished)
    #expect(format.bridgeText == bridge)
    // Whatever no bridge opened needs an end.
    #expect(try !self.parse("Final answer: \\boxed{7}", format).isFinished)
    let words = try ChatCheckpoints.format {
      $0.answerText = "so {answer}."
      $0.bridge = "\nso "
      $0.answer = ["last_number"]
    }
    let said = try words.parse(words.bridge + words.ids("7. And 8"))
    #expect(said.isFinished && said.answer == "7")
  }

  @Test func `that are text are parsed like those that are tokens`() throws {
    let format = try ChatCheckpoints.format()
    let policy = SpeakingPolicy(text: "So \\boxed{7}")
    let sampler = ResponseSampler(
      policy: policy, format: format, settings: SamplingSettings(), numGenerations: 1, seed: 1,
      purpose: "test")
    let response = try #require(
      try sampler.sample([ChatCheckpoints.problem("3+4?")]).first?.first)
    #expect(response.parsed.isFinished && response.parsed.answer == "7")
    #expect(response.graded.isCorrect)
    #expect(response.graded.tokenCount == 12 + 1 && response.graded.thinkingTokenCount == 12)
  }

  // MARK: Teachers

  @Test func `of teachers write an answer without words in words`() throws {
    let format = try ChatCheckpoints.format()
    let trace = TeacherTrace(thinking: "3+4=7", answer: "7")
    #expect(try format.response(trace) == format.ids("3+4=7\n\n\\boxed{7}<|end|>"))
    let short = TeacherTrace(thinking: "", answer: "7")
    #expect(try format.response(short) == format.ids("\\boxed{7}<|end|>"))
    let divided = try ChatCheckpoints.format("qwen3")
    #expect(
      try divided.response(trace) == divided.ids("3+4=7\n</think>\n\n\\boxed{7}<|end|>"))
    let plain = try ChatCheckpoints.format("plain")
    #expect(try plain.response(trace) == plain.ids("3+4=7\n7<|end|>"))
    let spelled = try ChatCheckpoints.format { $0.endThinking = "[done]" }
    #expect(try spelled.response(trace) == spelled.ids("3+4=7[done]\\boxed{7}<|end|>"))
  }

  @Test(arguments: [
    ("chat", "3+4=7 apples.\n#### 7"), ("plain", "3+4=7 <|turn|>"),
    ("qwen3", "<think>\n3+4\n</think>\n\nIt is \\boxed{7}."),
    ("deepseek_r1", "3+4\n</think>\n\nIt is \\boxed{7}."),
  ])
  func `that were stored are encoded as they are`(name: String, text: String) throws {
    let format = try ChatCheckpoints.format(name)
    let problem = ChatCheckpoints.problem("3+4?", response: text)
    let example = try SupervisedExample.complete(
      problem, format.trace(ofResponse: text, answer: "7"), in: format)
    let prompt = try format.prompt(of: problem, header: .none)
    let whole = try format.tokenizer.encode(text, addSpecial: false, parseSpecial: false)
    #expect(Array(example.tokens.dropFirst(prompt.count)) == whole + [257])
    #expect(format.parse(whole + [257]).answer == "7" || name == "plain")
  }

  @Test func `that were stored begin after the opening that is given`() throws {
    let format = try ChatCheckpoints.format("deepseek_r1")
    let trace = format.trace(ofResponse: "<think>\n3+4\n</think>\n\n7 it is", answer: "")
    #expect(
      trace == TeacherTrace(thinking: "3+4", answer: "7", writtenAnswer: "7 it is"))
    let open = format.trace(ofResponse: "3+4", answer: "7")
    #expect(open == TeacherTrace(thinking: "3+4", answer: "7"))
  }

  @Test func `are cut with the bridge, after which the answer goes on`() throws {
    let problem = ChatCheckpoints.problem("3+4?")
    func parts(_ trace: TeacherTrace, _ format: any ResponseFormat) throws -> [String] {
      let example = try SupervisedExample.truncated(problem, trace, cut: 2, in: format)
      let prompt = try format.prompt(of: problem, header: .none).count
      let learned = example.tokens.indices.filter { example.weights[$0] != 0 }
      return [
        format.tokenizer.decode(example.tokens[prompt..<(learned.first ?? prompt)]),
        format.tokenizer.decode(learned.map { example.tokens[$0] }),
      ]
    }
    let chat = try ChatCheckpoints.format()
    let bridge = "3+\n\nFinal answer: \\boxed{"
    #expect(
      try parts(TeacherTrace(thinking: "3+4=7", answer: "7"), chat) == [bridge, "7}<|end|>"])
    #expect(
      try parts(TeacherTrace(thinking: "3+4=8", answer: "8"), chat) == [bridge, "7}<|end|>"])
    let stored = chat.trace(ofResponse: "3+4=\\boxed{7}", answer: "")
    #expect(try parts(stored, chat) == [bridge, "7}<|end|>"])
    let plain = try ChatCheckpoints.format("plain")
    let base = plain.trace(ofResponse: "3+4 is 7", answer: "")
    #expect(try parts(base, plain).last == "7<|end|>", "a bridge that opens nothing")
    let divided = try ChatCheckpoints.format("qwen3")
    #expect(
      try parts(TeacherTrace(thinking: "3+4=7", answer: "7"), divided)
        == ["3+\n</think>\n\n", "\\boxed{7}<|end|>"])
    let said = divided.trace(ofResponse: "3+4\n</think>\n\nIt is 7.", answer: "")
    #expect(try parts(said, divided) == ["3+\n</think>\n\n", "It is 7.<|end|>"])
  }

  @Test func `may be any English, but forge no mark`() throws {
    let format = try ChatCheckpoints.format("qwen3") { $0.stop = ["Q:"] }
    let texts = ["I don’t think that's 5 < 6 & <b>7</b>… 日本 🎉", "<|end|> <s>", "a\r\n\tb"]
    for text in texts {
      let ids = try format.encode(text)
      #expect(format.tokenizer.decode(ids) == text)
      #expect(ids.allSatisfy { !(256...258).contains($0) })
    }
    for (mark, text) in [("</think>", "1</think>2"), ("Q:", "1 Q: 2")] {
      #expect(throws: ProblemError.spellsMark(mark, text: text)) { try format.encode(text) }
    }
  }
}

/// A policy without token ids that always says the same.
private struct SpeakingPolicy: Policy {
  let text: String
  let identity = "speaking"
  let capabilities: Set<PolicyCapability> = []
  let vocabularySize: Int? = nil
  let maxPositions: Int? = nil

  func sample(_ requests: [PolicyRequest]) throws -> [PolicyResponse] {
    requests.map { _ in .text(TextResponse(text, stop: .stopToken)) }
  }
}
