import Fields
import PipelineCore
import Reporting
import Stages
import Testing

/// Figures of thoughts that were cut at 8, 16, 32 and 64 tokens, worked by hand.
@Suite struct `Cut thoughts` {
  private static let budgets = [8, 16, 32, 64]

  /// One thought of so many tokens, and whether the answer at each cut is right.
  private static func thought(
    question: Int = 0, sample: Int = 0, tokens: Int, _ right: [Bool], summary: Int? = nil
  ) -> [StoredResponses.Answer] {
    zip(budgets, right).map { budget, isRight in
      .init(
        question: question, sample: sample, length: min(budget, tokens) + 3, isCorrect: isRight,
        budget: budget, budgetUse: "thinking", summary: summary)
    }
  }

  private static func value(
    _ name: String, _ answers: [StoredResponses.Answer]
  ) throws -> Double? {
    let metric = try #require(Metrics.named(name))
    #expect(metric.needsCuts)
    let grid = try ResultGrid([StoredResponses(answers).input("rl")], missing: [])
    return grid.summaries(metric, ResultFilter())[grid.rows[0]]?.value
  }

  private static let (yes, no) = (true, false)

  @Test func `are first right, and right for good, at a cut`() throws {
    let thoughts =
      Self.thought(question: 0, tokens: 64, [Self.no, Self.yes, Self.no, Self.yes])
      + Self.thought(question: 1, tokens: 64, [Self.no, Self.no, Self.yes, Self.yes])
      + Self.thought(question: 2, tokens: 64, [Self.yes, Self.no, Self.no, Self.no])
    // 16, 32 and 8 tokens; for good at 64 and 32, and never.
    #expect(try Self.value("first_correct", thoughts) == 56.0 / 3)
    #expect(try Self.value("stable_correct", thoughts) == 48)
    // Nothing of 64 and 32 of 64 tokens.
    #expect(try Self.value("waste", thoughts) == 32.0 / 128)
    #expect(abs(try #require(try Self.value("overthinking", thoughts)) - 1.0 / 3) < 1e-12)
    #expect(try Self.value("underthinking", thoughts) == 0)
    #expect(abs(try #require(try Self.value("cut_regret", thoughts)) - 1.0 / 3) < 1e-12)
  }

  @Test func `that are never right underthink, and waste nothing that could be known`() throws {
    let never = Self.thought(tokens: 20, [Self.no, Self.no, Self.no, Self.no])
    #expect(try Self.value("underthinking", never) == 1)
    #expect(try Self.value("overthinking", never) == 0)
    #expect(try Self.value("cut_regret", never) == 0)
    for name in ["first_correct", "stable_correct", "waste"] {
      #expect(try Self.value(name, never) == nil, "\(name)")
    }
  }

  @Test func `that end before several budgets have one end under all of them`() throws {
    // The thought has 20 tokens: the answers under 32 and 64 follow the same thought. One of the
    // two is right, which is no majority.
    let split = Self.thought(tokens: 20, [Self.no, Self.yes, Self.yes, Self.no])
    #expect(try Self.value("first_correct", split) == 16)
    #expect(try Self.value("stable_correct", split) == nil)
    #expect(try Self.value("overthinking", split) == 1)
    let right = Self.thought(tokens: 20, [Self.no, Self.yes, Self.yes, Self.yes])
    #expect(try Self.value("waste", right) == 0.2)
  }

  @Test func `are right at a cut where most of its summaries are`() throws {
    let summaries = (0..<3).flatMap { summary in
      Self.thought(
        tokens: 64, [Self.no, summary < 2, summary < 1, Self.yes], summary: summary)
    }
    #expect(try Self.value("first_correct", summaries) == 16)
    #expect(try Self.value("stable_correct", summaries) == 64)
  }

  @Test func `every one is right at the end, lost a right answer, or never had one`() throws {
    var thoughts: [StoredResponses.Answer] = []
    for pattern in 0..<16 {
      thoughts += Self.thought(
        question: pattern / 4, sample: pattern % 4, tokens: 64,
        (0..<4).map { pattern >> $0 & 1 == 1 })
    }
    let shares = try ["accuracy", "overthinking", "underthinking"].map { name in
      let grid = try ResultGrid([StoredResponses(thoughts).input("rl")], missing: [])
      let metric = try #require(Metrics.named(name))
      return try #require(grid.summaries(metric, ResultFilter())[grid.rows[0]]?.value)
    }
    #expect(shares == [0.5, 7.0 / 16, 1.0 / 16])
  }

  @Test func `are the only responses that these figures read`() throws {
    let plain: [StoredResponses.Answer] = [.init(question: 0, length: 20)]
    for name in Metrics.choices.map(\.name) where Metrics.named(name)?.needsCuts == true {
      #expect(try Self.value(name, plain) == nil, "\(name)")
    }
  }
}
