import Fields
import PipelineCore
import Reporting
import Stages
import Testing

/// Metrics of k responses to a question that ask for more than one right.
@Suite struct `Reliability` {
  /// Questions of `count` responses, of which the first so many are right.
  private static func input(_ right: [Int], of count: Int, seed: Int = 0) -> CollectedInput {
    StoredResponses(
      right.enumerated().flatMap { question, right in
        (0..<count).map {
          .init(question: question, sample: $0, length: 10 + $0, isCorrect: $0 < right)
        }
      }
    ).input("base", seed: seed)
  }

  private static func value(_ name: String, _ right: [Int], of count: Int) throws -> Double? {
    let grid = try ResultGrid([input(right, of: count)], missing: [])
    return grid.summaries(try #require(Metrics.named(name)), ResultFilter())[grid.rows[0]]?.value
  }

  private static let counted: [(name: String, value: Double)] = [
    // Of four responses three, one and none are right.
    ("avg@1", 1.0 / 3), ("avg@4", 1.0 / 3), ("pass@1", 1.0 / 3), ("coverage", 2.0 / 3),
    // Pairs, all right: 3 of 6, 0, 0. Triples: 1 of 4.
    ("pass^2", 0.5 / 3), ("pass^3", 0.25 / 3), ("pass^4", 0), ("pass^1", 1.0 / 3),
    // Half of a pair is one: 1, 3 of 6, 0. Three quarters of a pair are two.
    ("g_pass@2_0.5", 1.5 / 3), ("g_pass@2_0.51", 0.5 / 3), ("g_pass@2_1", 0.5 / 3),
    // Two or more of a triple: 1, 0, 0; one or more: 1, 3 of 4, 0.
    ("g_pass@3_0.5", 1.0 / 3), ("g_pass@3_0.3", 1.75 / 3),
    // Two of a pair; the mean of three or more and of four of four.
    ("mg_pass@2", 0.5 / 3), ("mg_pass@4", 0.5 / 3),
    // Two thirds of three of three; of one response the sum is empty.
    ("mg_pass@3", 0.5 / 9), ("mg_pass@1", 0),
    // Lengths 10, 11, 12, 13: a pair has twice their mean.
    ("total_tokens@1", 11.5), ("total_tokens@2", 23), ("total_tokens@4", 46),
  ]

  @Test(arguments: counted)
  func `is counted by hand`(name: String, value: Double) throws {
    let found = try #require(try Self.value(name, [3, 1, 0], of: 4))
    #expect(abs(found - value) < 1e-12, "\(found)")
  }

  @Test func `does not fall as more samples are drawn`() throws {
    // lighteval#771: pass@1 was halved with every doubling of the samples.
    for count in [4, 8, 16, 32, 64] {
      for name in ["pass@1", "avg@1", "avg@4", "accuracy", "pass^1", "g_pass@1_0.5"] {
        let found = try #require(try Self.value(name, [count / 4, 3 * count / 4], of: count))
        #expect(abs(found - 0.5) < 1e-9, "\(name) of \(count) is \(found)")
      }
    }
  }

  @Test func `rounds a share up as it is written`() {
    // 0.28 · 25 = 7.000000000000001 in binary.
    for (name, least) in [
      ("g_pass@25_0.28", 7), ("g_pass@25_0.281", 8), ("g_pass@10_0.7", 7), ("g_pass@4_0.51", 3),
      ("g_pass@3_0.000001", 1), ("g_pass@8_1", 8), ("g_pass@1000_0.999", 999),
      ("g_pass@\(Int.max)_1", Int.max), ("g_pass@\(Int.max)_0.5", Int.max / 2 + 1),
    ] {
      let meaning = Metrics.named(name)?.meaning ?? ""
      #expect(meaning.contains("at least \(least) of "), "\(name): \(meaning)")
    }
  }

  @Test func `is named in one way only`() {
    for wrong in [
      "pass^", "pass^0", "pass^04", "pass^4x", "pass^B", "g_pass@8", "g_pass@8_", "g_pass@8_0",
      "g_pass@8_0.50", "g_pass@8_1.5", "g_pass@8_.5", "g_pass@8_0.5_1", "g_pass@0_0.5",
      "g_pass@8_0.1234567", "g_pass@8_0.0", "g_pass@B_T", "avg@0",
    ] {
      #expect(Metrics.named(wrong) == nil, "\(wrong)")
    }
    #expect(Metrics.named("g_pass@8_0.125")?.name == "g_pass@8_0.125")
    #expect(Metrics.named("pass^4")?.responsesNeeded == 4)
    #expect(Metrics.named("g_pass@8_0.5")?.responsesNeeded == 8)
  }

  @Test func `needs as many responses as it speaks of`() throws {
    let names = ["avg@5", "pass^5", "g_pass@5_0.5", "mg_pass@5", "best@5", "total_tokens@5"]
    // Numbers that no memory holds are answered at once too.
    let huge = ["avg@", "pass^", "mg_pass@", "best@", "maj@"].map { "\($0)\(Int.max)" }
    for name in names + huge + ["g_pass@\(Int.max)_0.999999"] {
      #expect(try Self.value(name, [3, 1], of: 4) == nil, "\(name)")
    }
  }

  @Test func `has intervals over questions and seeds that stay in 0 to 1`() throws {
    let grid = try ResultGrid(
      (0..<3).map { Self.input([3, 1, 0, 4, 2], of: 4, seed: $0) }, missing: [])
    for name in ["avg@4", "pass^2", "g_pass@4_0.5", "mg_pass@4", "coverage"] {
      let summary = grid.summaries(try #require(Metrics.named(name)), .init())[grid.rows[0]]
      let interval = try #require(summary?.interval95, "\(name)")
      #expect(interval.lowerBound >= 0 && interval.upperBound <= 1)
    }
  }
}

/// The response that a model finds likeliest, token by token.
@Suite struct `The best of k` {
  private typealias Answer = StoredResponses.Answer

  private static func value(_ name: String, _ answers: [Answer]) throws -> Double? {
    let grid = try ResultGrid(
      [StoredResponses(answers).input("base")], missing: [], metrics: [name])
    return grid.summaries(try #require(Metrics.named(name)), .init())[grid.rows[0]]?.value
  }

  private static func answer(
    _ sample: Int, _ logProbabilities: [Double], right: Bool, finished: Bool = true
  ) -> Answer {
    .init(
      question: 0, sample: sample, length: logProbabilities.count, isCorrect: right,
      isFinished: finished, tokens: logProbabilities.indices.map { $0 },
      logProbabilities: logProbabilities)
  }

  @Test func `has the highest mean log-probability, whatever its length`() throws {
    let answers = [
      Self.answer(0, [-1, -1], right: false), Self.answer(1, [-0.5, -0.5, -0.5], right: true),
      Self.answer(2, [-0.1], right: true, finished: false),
    ]
    // The unfinished one is never chosen. Pairs: right, wrong, right.
    #expect(try Self.value("best@3", answers) == 1)
    let pairs = try #require(try Self.value("best@2", answers))
    #expect(abs(pairs - 2.0 / 3) < 1e-12)
    let one = try #require(try Self.value("best@1", answers))
    #expect(abs(one - 1.0 / 3) < 1e-12)
  }

  @Test func `does not exist where a response has no log-probabilities`() throws {
    let answers = [
      Self.answer(0, [-1, -1], right: true),
      Answer(question: 0, sample: 1, length: 4),
    ]
    #expect(try Self.value("best@1", answers) == nil)
  }

  @Test func `is claimed on`() throws {
    let inputs = (0..<3).flatMap { seed in
      [("good", true), ("poor", false)].map { label, isRight in
        StoredResponses(
          (0..<20).flatMap { question in
            [
              Answer(
                question: question, sample: 0, length: 2, isCorrect: isRight, tokens: [1],
                logProbabilities: [-0.1]),
              Answer(
                question: question, sample: 1, length: 2, isCorrect: !isRight, tokens: [1],
                logProbabilities: [-0.9]),
            ]
          }
        ).input(label, seed: seed)
      }
    }
    var claim = Claim()
    claim.metric = "best@2"
    claim.compare = .map(["results": .string("good")])
    claim.with = .map(["results": .string("poor")])
    claim.expect = .higher
    let judge = try ClaimEvaluator(inputs, missing: [], splits: [], metrics: [claim.metric])
    let part = try #require(judge.judged(claim, named: "best").parts.first)
    #expect(part.numbers?.value == 1 && part.numbers?.other == 0)
  }
}
