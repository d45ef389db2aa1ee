import Fields
import PipelineCore
import Reporting
import Stages
import Testing

/// `tokens_per_correct` in each of the places that show metrics.
@Suite struct `Tokens per correct response` {
  /// Four questions of two responses each, of 10, 20, 30 and 40 tokens: on average 25. The first
  /// `right` questions are answered right once.
  private static func input(_ label: String, right: Int, seed: Int = 0) -> CollectedInput {
    StoredResponses(
      (0..<8).map { index in
        let question = index / 2
        return .init(
          question: question, sample: index % 2, length: 10 * (question + 1),
          isCorrect: index % 2 == 0 && question < right)
      }
    ).input(label, seed: seed)
  }

  @Test func `divide what all responses cost by the share that is right`() throws {
    let inputs = [("three", 3), ("none", 0)].map { Self.input($0.0, right: $0.1) }
    let grid = try ResultGrid(inputs, missing: [])
    let summaries = grid.summaries(try #require(Metrics.named("tokens_per_correct")), .init())
    // 25 tokens over 3/8; nothing to divide by where no response is right.
    let three = try #require(summaries[grid.rows[0]])
    #expect(abs(three.value - 25 / 0.375) < 1e-9)
    #expect(three.interval95?.contains(three.value) == true)
    #expect(summaries[grid.rows[1]] == nil)
  }

  @Test func `are an axis of a plot`() throws {
    var configuration = PlotKind.Configuration()
    configuration.y = "tokens_per_correct"
    let sheet = try TradeoffPlot().sheet(
      [Self.input("rl", right: 4)], missing: [], configuration)
    #expect(sheet.panels[0].y.label == "tokens per right response")
    #expect(sheet.panels[0].series.contains { $0.points.contains { $0.y == 50 } })
  }

  @Test func `are claimed on, and a claim without right responses says why it fails`() throws {
    let inputs = (0..<3).flatMap { seed in
      [("good", 4), ("poor", 1), ("none", 0)].map { Self.input($0.0, right: $0.1, seed: seed) }
    }
    var claim = Claim()
    claim.metric = "tokens_per_correct"
    claim.compare = .map(["results": .string("good")])
    claim.with = .map(["results": .string("poor")])
    let judge = try ClaimEvaluator(inputs, missing: [], splits: [])
    let part = try #require(judge.judged(claim, named: "x").parts.first)
    #expect(part.numbers?.value == 50 && part.numbers?.other == 200)
    claim.compare = .map(["results": .string("none")])
    let none = try #require(judge.judged(claim, named: "x").parts.first)
    #expect(none.numbers == nil && none.obstacle?.description == "no tokens_per_correct of none")
  }

  @Test func `are a row of diff`() {
    #expect(Metrics.inDiff.map(\.name).contains("tokens_per_correct"))
  }
}
