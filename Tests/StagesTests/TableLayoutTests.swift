import Foundation
import PipelineCore
import Reporting
import Stages
import Testing

/// Tables of evaluations whose every length is known.
@Suite struct `Tables of evaluations` {
  private func answers(_ lengths: [Int]) -> StoredResponses {
    StoredResponses(
      lengths.enumerated().map { question, length in
        .init(
          family: question < 2 ? "chain" : "search", question: question, length: length,
          isCorrect: question != 0)
      })
  }

  private func grid(_ inputs: [CollectedInput]) throws -> ResultGrid {
    try ResultGrid(inputs, missing: [])
  }

  @Test func `say their interval over seeds and questions`() throws {
    let inputs = [[10, 20, 30, 40], [12, 22, 32, 42]].enumerated().map { seed, lengths in
      answers(lengths).input("rl", seed: seed)
    }
    let grid = try grid(inputs)
    let summary = try #require(grid.summary(.meanTokens, grid.rows[0], EvidenceFilter()))
    #expect(summary.value == 26)
    #expect(summary.seeds == 2 && summary.questions == 4)
    // Seeds' means 25 and 27: squared error 1. Questions' means 11, 21, 31, 41: 166.67 / 4 = 41.67.
    // No residual. Satterthwaite: 42.67² / (1 + 41.67² / 3) = 3.14, so t(0.975, 3) = 3.182.
    let margin = try #require(summary.margin95)
    #expect(abs(margin - 3.1824463052837078 * (1 + 500.0 / 12).squareRoot()) < 1e-9)
    #expect(
      grid.notes == ["± is half of a 95 % interval over 2 seeds and the questions (4 of easy)."])
  }

  @Test func `show no interval for one run among several`() throws {
    let grid = try grid([
      answers([10, 20]).input("base", seed: 0), answers([10, 20]).input("rl", seed: 0),
      answers([10, 30]).input("rl", seed: 1),
    ])
    let base = try #require(grid.summary(.accuracy, grid.rows[0], EvidenceFilter()))
    #expect(base.margin95 == nil)
    #expect(try #require(grid.summary(.accuracy, grid.rows[1], EvidenceFilter())).margin95 != nil)
  }

  @Test func `show none for one question under one seed`() throws {
    let grid = try grid([answers([10]).input("rl")])
    let summary = try #require(grid.summary(.meanTokens, grid.rows[0], EvidenceFilter()))
    #expect(summary.value == 10 && summary.margin95 == nil)
  }

  @Test func `tell right and wrong responses apart`() throws {
    let grid = try grid([answers([10, 20, 30, 41]).input("rl")])
    func value(_ metric: EvaluationMetric) -> Double? {
      grid.summary(metric, grid.rows[0], EvidenceFilter())?.value
    }
    #expect(value(.meanTokensWrong) == 10)
    #expect(value(.meanTokensCorrect) == 91.0 / 3)
    #expect(value(.medianTokens) == 25)
    let search = grid.summary(.meanTokensWrong, grid.rows[0], EvidenceFilter(family: "search"))
    #expect(search == nil)
  }

  @Test func `have a row for each part when asked`() throws {
    try TemporaryStore.with { store in
      let summary = try MiniPipeline.run(store, overrides: ["table.by=family"])
      let table = try store.artifact(try #require(summary.digests["table"]))
      let lines = String(decoding: try table.read("table.csv"), as: UTF8.self)
        .split(whereSeparator: \.isNewline)
      #expect(lines[0].hasPrefix("policy,family,easy accuracy"))
      #expect(lines.dropFirst().allSatisfy { $0.hasPrefix("rl,") })
      #expect(lines.count == 3, "\(lines)")
    }
  }
}
