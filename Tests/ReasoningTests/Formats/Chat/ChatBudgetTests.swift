import Fields
import ModelCore
import Reasoning
import TensorCore
import Testing

@Suite struct `Budgets in chat formats` {
  /// Formats that open thinking with nothing, with a text, and with a token.
  private static func formats() throws -> [any ResponseFormat] {
    try ["", "[work]", "<think>\n"].map { opening in
      try ChatCheckpoints.format { $0.beginThinking = opening }
    }
  }

  @Test(arguments: [0, 7, 96, 65_536])
  func `are stated as they are given`(budget: Int) throws {
    for format in try Self.formats() {
      let problem = ChatCheckpoints.problem("1")
      let given = try format.prompt(of: problem, header: .given(budget))
      let stated = try format.prompt(of: problem, header: .stated)
      #expect(
        format.tokenizer.decode(given)
          == format.tokenizer.decode(stated + format.statement(of: budget)))
      let body = try format.ids("3+4 is \\boxed{7}<|end|>")
      let response = format.parse(format.statement(of: budget) + body, opening: .budget)
      #expect(response.statedBudget == budget && response.answer == "7")
      #expect(response.tokenCount == body.count && response.isFinished)
      let whole = try format.ids("<budget>") + format.statement(of: budget) + body
      #expect(format.parse(whole, opening: .prompt) == response)
    }
  }

  @Test func `beyond the largest become the largest`() throws {
    let format = try ChatCheckpoints.format()
    #expect(format.largestBudget == 65_536)
    #expect(format.statement(of: .max) == format.statement(of: 65_536))
    #expect(format.statement(of: .min) == format.statement(of: 0))
  }

  @Test func `are nothing else than a number`() throws {
    for format in try Self.formats() {
      let opening = format.tokenizer.decode(format.statement(of: 1)).dropFirst(1)
      for number in ["x", "", "-5", "6 4", "1.5", "٣", "1234567890", "<budget>5"] {
        let ids = try format.ids(number + opening + "7<|end|>")
        let response = format.parse(ids, opening: .budget)
        #expect(response.statedBudget == nil && response.isFinished, "\(number)")
      }
      #expect(
        try format.parse(format.ids(" 64\(opening)7<|end|>"), opening: .budget).statedBudget == 64)
      let unopened = format.parse(try format.ids("64\(opening)7<|end|>"), opening: .prompt)
      #expect(unopened.statedBudget == nil && unopened.isFinished)
    }
  }

  @Test func `are missing where thinking does not begin`() throws {
    for format in try Self.formats() {
      let response = format.parse(try format.ids("64 7<|end|>"), opening: .budget)
      #expect(!response.isFinished && response.statedBudget == nil && response.answer == "")
    }
    let opened = try Self.formats()[1]
    let late = opened.parse(
      try opened.ids("64[work]3</budget>\n7<|end|>"), opening: .budget)
    #expect(late.isFinished && late.statedBudget == nil && late.answer == "7")
  }
}

@Suite struct `Cut thoughts of chat formats` {
  private static let backend = CPUBackend(numerics: .exact, threads: 1)
  private static let problems = (1...3).map { ChatCheckpoints.problem("\($0)+1?") }

  private static func episodes(_ format: any ResponseFormat) throws -> [BudgetCutEpisode] {
    var shape = ModelConfiguration()
    shape.hiddenSize = 16
    shape.layerCount = 1
    shape.headCount = 2
    shape.intermediateSize = 24
    let model = Transformer(
      configuration: shape, vocabularySize: format.tokenizer.vocabularySize + 3, seed: 1)
    let sampler = BudgetCutSampler(
      policy: LocalPolicy(model, backend: backend), format: format, settings: SamplingSettings(),
      answerBudget: 6)
    return try sampler.sample(
      problems.map {
        try BudgetCutRequest(
          ResponseRequest(problem: $0, sample: 0), in: format, budgets: [4, 40, 400], summaries: 2,
          seed: 3, purpose: "test")
      })
  }

  @Test(arguments: ["chat", "qwen3"])
  func `have the bridge put after them, unless the response is over`(name: String) throws {
    let format = try ChatCheckpoints.format(name)
    var forced = 0
    for episode in try Self.episodes(format) {
      let thought = episode.thought.tokens
      #expect(thought.allSatisfy { $0 < format.tokenizer.vocabularySize })
      for part in episode.cuts {
        guard part.isForced else {
          #expect(part.length == thought.count)
          continue
        }
        forced += 1
        for summary in part.summaries.joined() {
          let tokens = summary.sampled.tokens
          #expect(tokens.prefix(part.length) == thought.prefix(part.length))
          #expect(Array(tokens[part.length..<part.givenCount]) == format.bridge)
          #expect(tokens.count <= part.givenCount + 6)
          #expect(summary.parsed == format.parse(tokens, forced: summary.forced))
        }
      }
    }
    #expect(forced >= 3)
  }
}
