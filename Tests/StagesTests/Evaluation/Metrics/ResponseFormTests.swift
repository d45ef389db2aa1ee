import PipelineCore
import Reasoning
import Reporting
import Stages
import Testing

/// Metrics of what single responses look like: their parts, what cut them, whether they end.
@Suite struct `The form of responses` {
  private typealias Answer = StoredResponses.Answer

  private static func value(_ name: String, _ answers: [Answer]) throws -> Double? {
    let grid = try ResultGrid(
      [StoredResponses(answers).input("base")], missing: [], metrics: [name])
    return grid.summaries(try #require(Metrics.named(name)), .init())[grid.rows[0]]?.value
  }

  private static func cut(
    _ question: Int, _ length: Int, thinking: Int? = nil, _ cutBy: [String]? = nil
  ) -> Answer {
    .init(
      question: question, length: length, isCorrect: false, isFinished: false,
      thinkingTokens: thinking ?? length, stop: "length", cutBy: cutBy, text: "")
  }

  @Test func `is cut in exactly no response where none was cut`() throws {
    // verl#7817: the longest of a batch was taken for cut.
    let answers = [10, 64, 64, 30].enumerated().map {
      Answer(question: $0.offset, length: $0.element)
    }
    for name in [
      "cut_by_thinking_budget", "cut_by_max_new_tokens", "cut_by_context", "ended_unfinished",
      "unclosed", "no_answer",
    ] {
      #expect(try Self.value(name, answers) == 0, "\(name)")
    }
    #expect(try Self.value("mean_tokens_cut", answers) == nil)
    #expect(try Self.value("finished", answers) == 1)
  }

  @Test func `is cut by what is named, and all shares add up`() throws {
    let answers = [
      Answer(question: 0, length: 20),
      Self.cut(1, 64),
      // verl#7823: the context was full before max_new_tokens.
      Self.cut(2, 40, ["context"]),
      // The budget of thinking cut it, and its answer is whole.
      Answer(
        question: 3, length: 30, budget: 25, budgetUse: "thinking", cutBy: ["thinking_budget"]),
      Self.cut(4, 35, thinking: 25, ["thinking_budget", "answer_budget"]),
      // It ended inside of its thinking.
      Answer(question: 5, length: 12, isCorrect: false, isFinished: false, text: ""),
      Answer(question: 6, length: 12, isCorrect: false, text: " "),
      Self.cut(7, 64, thinking: 60),
    ]
    for (name, count) in [
      ("finished", 3.0), ("cut_by_thinking_budget", 2), ("cut_by_max_new_tokens", 3),
      ("cut_by_context", 1), ("ended_unfinished", 1), ("no_answer", 6), ("unclosed", 3),
    ] {
      #expect(try Self.value(name, answers) == count / 8, "\(name)")
    }
    let sum = try ["finished", "cut_by_max_new_tokens", "cut_by_context", "ended_unfinished"]
      .reduce(0.0) { try $0 + (Self.value($1, answers) ?? 0) }
    #expect(sum == 1)
    #expect(try Self.value("mean_tokens_cut", answers) == (64 + 40 + 30 + 35 + 64) / 5.0)
  }

  @Test func `is cut as if at a cut-off where a claim asks for one`() throws {
    let grid = try ResultGrid(
      [
        StoredResponses(
          [10, 30, 50].enumerated().map { .init(question: $0.offset, length: $0.element) }
        )
        .input("base")
      ], missing: [])
    for (name, value) in [("cut_by_max_new_tokens", 2.0 / 3), ("finished", 1.0 / 3)] {
      let summary = grid.summaries(try #require(Metrics.named(name)), ResultFilter(cutoff: 20))
      #expect(abs(try #require(summary[grid.rows[0]]).value - value) < 1e-12)
    }
  }

  @Test func `has parts that are counted, the prompt apart`() throws {
    let answers = [
      Answer(question: 0, length: 20, promptTokens: 7, thinkingTokens: 15),
      Answer(question: 1, length: 40, promptTokens: 9, thinkingTokens: 37),
    ]
    for (name, value) in [
      ("prompt_tokens", 8.0), ("thinking_tokens", 26), ("answer_tokens", 1), ("mean_tokens", 30),
    ] {
      #expect(try Self.value(name, answers) == value, "\(name)")
    }
    #expect(try Self.value("prompt_tokens", [Answer(question: 0, length: 20)]) == nil)
  }

  @Test func `has lengths by outcome, their quantiles linear between two`() throws {
    let answers =
      (1...11).map { Answer(question: $0, length: 10 * $0) }
      + [
        Answer(question: 12, length: 500, isCorrect: false), Self.cut(13, 600), Self.cut(14, 800),
      ]
    for (name, value) in [
      ("median_tokens_correct", 60.0), ("p90_tokens_correct", 100), ("p99_tokens_correct", 109),
      ("median_tokens_wrong", 600), ("p90_tokens_wrong", 760), ("median_tokens_cut", 700),
      ("p99_tokens_cut", 798), ("median_tokens", 75), ("p90_tokens", 570),
    ] {
      let found = try #require(try Self.value(name, answers), "\(name)")
      #expect(abs(found - value) < 1e-9, "\(name) is \(found)")
      #expect(Metrics.named(name)?.hasInterval == false)
    }
    #expect(try Self.value("p90_tokens_cut", Array(answers.prefix(11))) == nil)
  }

  @Test func `has thoughts where they were counted`() throws {
    let answers = [
      Answer(question: 0, length: 23, thoughts: 4), Answer(question: 1, length: 13, thoughts: 1),
      Answer(question: 2, length: 99),
    ]
    #expect(try Self.value("thoughts", answers) == 2.5)
    #expect(try Self.value("tokens_per_thought", answers) == 6)
    #expect(try Self.value("thoughts", [answers[2]]) == nil)
  }

  @Test func `repeats n-grams of its tokens`() throws {
    let answers = [
      Answer(question: 0, length: 6, tokens: [1, 2, 3, 1, 2, 3]),
      Answer(question: 1, length: 2, tokens: [1, 2]), Answer(question: 2, length: 5),
    ]
    let found = try #require(try Self.value("repeated_ngrams@2", answers))
    #expect(abs(found - 0.2) < 1e-12)
    #expect(try Self.value("repeated_ngrams@2", [answers[2]]) == nil)
  }

  @Test func `is read from old lines that do not name what cut them`() throws {
    let artifact = StoredResponses([
      Self.cut(0, 64), Answer(question: 1, length: 64),
      Answer(question: 2, length: 9, isFinished: false),
    ])
    let records = try ResponsesArtifact.read(artifact)
    #expect(records.map(\.cutBy) == [[.maxNewTokens], [], []])
    #expect(records.map(\.promptTokenCount) == [nil, nil, nil])
  }
}
