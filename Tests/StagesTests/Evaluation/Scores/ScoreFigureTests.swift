import Fields
import PipelineCore
import Reporting
import Stages
import Testing

/// Scores of evaluations with known lengths and verdicts, worked by hand.
@Suite struct `Declared scores` {
  /// One response to each question: its length and whether it is right.
  private static func answers(
    _ all: [(length: Int, isRight: Bool)], split: String = "easy"
  ) -> [StoredResponses.Answer] {
    all.enumerated().map {
      .init(
        split: split, question: $0.offset, length: $0.element.length,
        isCorrect: $0.element.isRight)
    }
  }

  /// Half of four questions right, in 40 tokens each.
  private static let base = StoredResponses(
    answers([(40, true), (40, true), (40, false), (40, false)]))

  private static func summaries(
    _ inputs: [CollectedInput], _ name: String, _ fields: [String: FieldValue],
    _ filter: ResultFilter = ResultFilter()
  ) throws -> [String: SeedQuestionGrid.Summary] {
    let scores = Scores(decoding: .map([name: .map(fields)]))
    let metric = try #require(scores.metric(named: name))
    let grid = try ResultGrid(inputs, missing: [])
    return Dictionary(
      grid.summaries(metric, filter).map { ($0.key.label, $0.value) },
      uniquingKeysWith: { first, _ in first })
  }

  private static func aes(
    _ own: [(length: Int, isRight: Bool)], _ weights: [Double]
  ) throws -> [String: SeedQuestionGrid.Summary] {
    try summaries(
      [base.input("start"), StoredResponses(answers(own)).input("rl")], "aes",
      [
        "base": .string("start"), "alpha": .float(weights[0]), "beta": .float(weights[1]),
        "gamma": .float(weights[2]),
      ])
  }

  @Test func `AES weighs a gain and a loss of accuracy apart`() throws {
    // Mean length 20 of 40: half is saved. Three right instead of two: half gained.
    let better = [(20, true), (30, true), (10, true), (20, false)]
    let gained = try Self.aes(better, [1, 3, 5])
    #expect(abs(try #require(gained["rl"]).value - (0.5 + 3 * 0.5)) < 1e-12)
    // One right instead of two: half lost.
    let worse = [(20, true), (30, false), (10, false), (20, false)]
    #expect(
      abs(try #require(try Self.aes(worse, [1, 3, 5])["rl"]).value - (0.5 - 5 * 0.5)) < 1e-12)
    #expect(abs(try #require(try Self.aes(worse, [1, 5, 10])["rl"]).value - (0.5 - 5)) < 1e-12)
    // The base is worth nothing, without an error.
    let own = try #require(gained["start"])
    #expect(own.value == 0 && own.interval95 == nil)
    #expect(try #require(gained["rl"]).interval95 != nil)
  }

  @Test func `AES has no value where the base has nothing right`() throws {
    let wrong = StoredResponses(Self.answers([(40, false), (40, false)]))
    let found = try Self.summaries(
      [wrong.input("start"), Self.base.input("rl")], "aes",
      ["base": .string("start"), "alpha": .int(1), "beta": .int(3), "gamma": .int(5)])
    #expect(found.isEmpty)
  }

  @Test(arguments: [(-1, 12.0 / 7), (0, 3.0.squareRoot()), (1, 1.75)])
  func `E³ is a power mean of relative accuracy 3/2 and a saving of 2`(
    rho: Int, wanted: Double
  ) throws {
    let own = StoredResponses(
      Self.answers([(20, true), (30, true), (10, true), (20, false)]))
    let found = try Self.summaries(
      [Self.base.input("start"), own.input("rl")], "e3",
      ["base": .string("start"), "weight": .float(0.5), "rho": .int(rho)])
    #expect(abs(try #require(found["rl"]).value - wanted) < 1e-12)
    #expect(abs(try #require(found["start"]).value - 1) < 1e-12)
  }

  @Test func `the base is the row with the same settings, on the questions that both have`() throws
  {
    func input(_ label: String, _ length: Int, alpha: Double, more: Bool = false) -> CollectedInput
    {
      StoredResponses(
        Self.answers([(length, true), (length, true)] + (more ? [(1000, false)] : []))
      ).input(label, alpha: alpha)
    }
    let scores = Scores(
      decoding: .map([
        "aes": .map([
          "base": .string("start"), "alpha": .int(1), "beta": .int(0), "gamma": .int(0),
        ])
      ]))
    let grid = try ResultGrid(
      [
        input("start", 100, alpha: 0, more: true), input("start", 50, alpha: 1),
        input("rl", 40, alpha: 0), input("rl", 40, alpha: 1),
      ], missing: [])
    let found = grid.summaries(try #require(scores.metric(named: "aes")), ResultFilter())
    let values = grid.rows.filter { $0.label == "rl" }.compactMap { found[$0]?.value }
    #expect(zip(values, [0.6, 0.2]).allSatisfy { abs($0 - $1) < 1e-12 } && values.count == 2)
  }

  @Test func `the area under overthinking-adjusted accuracy is of single responses`() throws {
    // 100 thinking tokens and right, 900 and wrong: half of 1 − 0.1. The product of the means,
    // 0.5 · 0.5, would be something else.
    let found = try Self.summaries(
      [StoredResponses(Self.answers([(103, true), (903, false)])).input("rl")], "otb_auc",
      ["t_max": .int(1000)])
    #expect(abs(try #require(found["rl"]).value - 0.45) < 1e-12)
    let late = try Self.summaries(
      [StoredResponses(Self.answers([(103, true), (903, true)])).input("rl")], "otb_auc",
      ["t_max": .int(200)])
    // 1 − 100 / 200, and nothing for 900 tokens of thinking.
    #expect(abs(try #require(late["rl"]).value - 0.25) < 1e-12)
  }

  @Test func `F1 is of the area on easy splits and the accuracy on hard ones`() throws {
    let all = StoredResponses(
      Self.answers([(103, true), (903, false)])
        + Self.answers([(500, true), (5, true), (5, false), (5, false), (5, false)], split: "hard"))
    let fields: [String: FieldValue] = [
      "t_max": .int(1000), "overthinking": .list([.string("easy")]),
      "underthinking": .list([.string("hard")]),
    ]
    let found = try Self.summaries(
      [all.input("rl")], "otb_f1", fields, ResultFilter(splits: ["easy"]))
    #expect(abs(try #require(found["rl"]).value - 2 * 0.45 * 0.4 / 0.85) < 1e-12)
    let none = StoredResponses(
      Self.answers([(103, false), (103, false)])
        + Self.answers([(500, false), (500, false)], split: "hard"))
    #expect(try Self.summaries([none.input("rl")], "otb_f1", fields)["rl"]?.value == 0)
  }

  @Test func `money for a right response is all that was spent over what was right`() throws {
    let found = try Self.summaries(
      [Self.base.input("rl")], "cost_of_pass", ["input": .int(0), "output": .float(0.4)])
    // Four responses of 40 tokens for two right ones.
    #expect(abs(try #require(found["rl"]).value - 0.4 * 80 / 1e6) < 1e-18)
    let prices: [String: FieldValue] = ["input": .float(0.1), "output": .float(0.4)]
    // Prompts of unknown length have no price.
    #expect(try Self.summaries([Self.base.input("rl")], "cost_of_pass", prices).isEmpty)
    let long = Self.base.answers.map { answer in
      var answer = answer
      answer.promptTokens = 100
      return answer
    }
    let priced = try Self.summaries(
      [StoredResponses(long).input("rl")], "cost_of_pass", prices)
    #expect(abs(try #require(priced["rl"]).value - (0.1 * 200 + 0.4 * 80) / 1e6) < 1e-18)
  }
}

/// Areas under accuracy over budget, on axes of log tokens.
@Suite struct `Curves of accuracy over budget` {
  /// Ten questions, of which so many are right under each budget.
  private static func cut(_ right: [Int: Int], label: String) -> CollectedInput {
    StoredResponses(
      (0..<10).flatMap { question in
        right.sorted { $0.key < $1.key }.map { budget, count in
          StoredResponses.Answer(
            question: question, length: budget + 3, isCorrect: question < count, budget: budget,
            budgetUse: "thinking")
        }
      }
    ).input(label)
  }

  private static let budgets = FieldValue.list([.int(16), .int(32), .int(128)])

  private static func values(
    _ inputs: [CollectedInput], _ name: String, _ fields: [String: FieldValue] = [:]
  ) throws -> [String: SeedQuestionGrid.Summary] {
    let scores = Scores(
      decoding: .map([name: .map(fields.merging(["budgets": budgets]) { $1 })]))
    let grid = try ResultGrid(inputs, missing: [])
    let found = grid.summaries(try #require(scores.metric(named: name)), ResultFilter())
    return Dictionary(found.map { ($0.key.label, $0.value) }, uniquingKeysWith: { $1 })
  }

  private let one = cut([16: 2, 32: 4, 128: 6], label: "one")
  private let two = cut([16: 4, 32: 4, 128: 4], label: "two")

  @Test func `have the area of trapezoids over its width`() throws {
    let found = try Self.values([one, two], "accuracy_area")
    // One doubling with mean .3, then two with mean .5.
    #expect(abs(try #require(found["one"]).value - (0.3 + 2 * 0.5) / 3) < 1e-12)
    #expect(abs(try #require(found["two"]).value - 0.4) < 1e-12)
    let interval = try #require(found["two"]?.interval95)
    #expect(interval.lowerBound >= 0 && interval.upperBound <= 1)
  }

  @Test func `of responses that were not held to a budget count longer ones as wrong`() throws {
    let plain = StoredResponses([
      .init(question: 0, length: 10), .init(question: 1, length: 20),
      .init(question: 2, length: 100), .init(question: 3, length: 200),
    ]).input("plain")
    // 1/4, 2/4 and 3/4.
    let found = try Self.values([plain], "accuracy_area")
    #expect(abs(try #require(found["plain"]).value - (0.375 + 2 * 0.625) / 3) < 1e-12)
  }

  @Test func `of responses held to other budgets have none`() throws {
    #expect(try Self.values([Self.cut([16: 1, 64: 2], label: "x")], "accuracy_area").isEmpty)
  }

  @Test func `lie below the best at each budget by REG`() throws {
    let found = try Self.values([one, two], "reg")
    // The frontier is .4, .4, .6: an area of (.4 + 2 · .5) / 3.
    #expect(abs(try #require(found["one"]).value - (0.4 - 0.3) / 3) < 1e-12)
    #expect(abs(try #require(found["two"]).value - (2 * 0.5 - 2 * 0.4) / 3) < 1e-12)
    #expect(try #require(found["one"]).interval95 != nil)
  }

  @Test func `that fall with more tokens lie below their own best`() throws {
    let alone = try Self.values([Self.cut([16: 4, 32: 2, 128: 2], label: "x")], "reg")
    #expect(abs(try #require(alone["x"]).value - (0.4 - (0.3 + 2 * 0.2) / 3)) < 1e-12)
  }

  @Test func `may lie above a declared frontier`() throws {
    let frontier = FieldValue.list([.float(0.3), .float(0.3), .float(0.3)])
    let found = try Self.values([one, two], "reg", ["frontier": frontier])
    #expect(abs(try #require(found["two"]).value + 0.1) < 1e-12)
  }

  @Test func `that answered other questions make no frontier`() throws {
    let few = StoredResponses(
      [16, 32, 128].map {
        .init(question: 0, length: $0, budget: $0, budgetUse: "thinking")
      }
    ).input("few")
    let found = try Self.values([two, few], "reg")
    let two = try #require(found["two"])
    #expect(two.value == 0 && two.interval95 == nil)
  }
}
