import Fields
import PipelineCore
import Reporting
import Stages
import Testing

/// Metrics of responses that are drawn side by side, and of responses that are cut off.
@Suite struct `Responses drawn side by side` {
  /// Two questions of three responses: the short one of the first is right, that of the second is
  /// wrong, and one response of each did not finish.
  private static let input = StoredResponses([
    .init(question: 0, sample: 0, length: 10, isCorrect: true),
    .init(question: 0, sample: 1, length: 20, isCorrect: false),
    .init(question: 0, sample: 2, length: 64, isCorrect: false, isFinished: false),
    .init(question: 1, sample: 0, length: 12, isCorrect: false),
    .init(question: 1, sample: 1, length: 30, isCorrect: true),
    .init(question: 1, sample: 2, length: 64, isCorrect: false, isFinished: false),
  ]).input("base")

  private func summary(_ name: String) throws -> SeedQuestionGrid.Summary? {
    let grid = try ResultGrid([Self.input], missing: [])
    return grid.summaries(try #require(Metrics.named(name)), ResultFilter())[grid.rows[0]]
  }

  private static let counted: [(name: String, value: Double)] = [
    // The pairs of the first question: right, right, wrong; of the second: wrong, wrong, right.
    ("first_finish@2", 0.5), ("first_finish@1", 0.333_333_333), ("first_finish@3", 0.5),
    // The pairs end at 10, 10, 20 and at 12, 12, 30: 40 / 3 and 54 / 3.
    ("first_finish_tokens@2", 15.666_666_667), ("first_finish_tokens@3", 11),
    // The pairs last 20, 64, 64 and 30, 64, 64: 148 / 3 and 158 / 3.
    ("longest_tokens@2", 51), ("longest_tokens@3", 64),
    // Within 20 tokens one of six is right, within 30 two of six are.
    ("cutoff_accuracy@9", 0), ("cutoff_accuracy@20", 0.166_666_667),
    ("cutoff_accuracy@30", 0.333_333_333), ("cutoff_accuracy@64", 0.333_333_333),
  ]

  @Test(arguments: counted)
  func `are counted by hand`(name: String, value: Double) throws {
    let summary = try #require(try summary(name))
    #expect(abs(summary.value - value) < 1e-8, "\(summary.value)")
  }

  @Test func `have intervals, and those of shares stay in 0 to 1`() throws {
    for name in ["first_finish@2", "cutoff_accuracy@20"] {
      let interval = try #require(try summary(name)?.interval95)
      #expect(interval.lowerBound >= 0 && interval.upperBound <= 1)
    }
    #expect(try summary("first_finish_tokens@2")?.interval95 != nil)
  }

  @Test func `need as many responses as they speak of`() throws {
    for name in ["first_finish@4", "first_finish_tokens@4", "longest_tokens@4"] {
      #expect(try summary(name) == nil)
      #expect(Metrics.named(name)?.responsesNeeded == 4)
    }
  }

  @Test func `are cut off as a claim cuts them off`() throws {
    let grid = try ResultGrid([Self.input], missing: [])
    let cut = grid.summaries(Accuracy(), ResultFilter(cutoff: 20))[grid.rows[0]]
    #expect(try summary("cutoff_accuracy@20")?.value == cut?.value)
  }
}
