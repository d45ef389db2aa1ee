import Fields
import Foundation
import PipelineCore
import Reasoning
import Reporting
import Stages
import Testing

/// Returns and advantages computed from stored responses, compared with the estimator and with
/// values worked out by hand.
@Suite struct `Advantages of stored responses` {
  /// Runs `cut`, `left` and claims, and returns their records.
  private static let made = Result {
    try BudgetPipeline.with(["cut", "left"]) { runs in
      let summary = try runs.run()
      return (
        responses: try runs.records("cut", of: summary),
        advantages: try JSONLines.decode(
          AdvantageRecord.self,
          from: runs.artifact("left", of: summary).read(AdvantageRecord.path))
      )
    }
  }

  @Test func `are those of a rollout with the same scores`() throws {
    let (responses, advantages) = try Self.made.get()
    let budgets = [1, 4, 8]
    #expect(Set(advantages.map(\.budget)) == Set(budgets))
    // Linear: 1, 4 and 8 of 13.
    let weights = budgets.map { Double($0) / 13 }
    for question in responses.byQuestion {
      let prompt = question[0].problem.prompt
      let scores = (0..<2).map { sample in
        budgets.map { budget in
          let answers = question.filter { $0.sample == sample && $0.budget == budget }
          #expect(answers.count == 2)
          return Double(answers.count(where: \.isCorrect)) / 2
        }
      }
      let expected = BRPO().advantages(scores: scores, weights: weights)
      for sample in 0..<2 {
        let rows = advantages.filter { $0.problem.prompt == prompt && $0.sample == sample }
        #expect(rows.map(\.budget) == budgets)
        #expect(rows.map(\.advantage) == expected[sample])
        for (j, row) in rows.enumerated() {
          let still = (j..<3).reduce(0) { $0 + weights[$1] * scores[sample][$1] }
          #expect(abs(row.reward - still) < 1e-12)
        }
      }
    }
    #expect(advantages.count == responses.byQuestion.count * 6)
  }

  /// Two questions of two samples with returns 0, 1 and 1, 3 at budget 8, and advantages by hand.
  private func input(_ advantages: [Double]) -> CollectedInput {
    let rows = zip([("a", 0.0), ("a", 1), ("b", 1), ("b", 3)], advantages).enumerated().map {
      index, row in
      #"{"split":"s","problem":{"family":"chain","difficulty":1,"prompt":"\#(row.0.0)","#
        + #""answer":"1"},"sample":\#(index % 2),"budget":8,"#
        + #""return":\#(row.0.1),"advantage":\#(row.1)}"#
    }
    return CollectedInput(
      label: "left", stage: "left", point: [],
      artifact: StoredFile(
        type: .advantages, path: AdvantageRecord.path,
        data: Data((rows.joined(separator: "\n") + "\n").utf8)))
  }

  @Test func `leave the share of variance that the formula says`() throws {
    // Var[R] of 0, 1, 1, 3 is 1.1875; Var[A] of -1, 1, -1, 1 is 1.
    let results = try AdvantageResults([input([-1, 1, -1, 1])])
    let filter = ResultFilter(budget: 8)
    let grid = try #require(results.grid(of: "variance_ratio", filter))
    #expect(grid.questions.count == 2)
    #expect(abs(try #require(grid.value) - 1 / 1.1875) < 1e-12)
    #expect(results.budgets(ResultFilter()) == [8] && results.splits == ["s"])
    #expect(results.grid(of: "variance_ratio", ResultFilter(budget: 4)) == nil)
    #expect(results.grid(of: "accuracy", filter) == nil)
    // A perfect baseline leaves no variance.
    #expect(
      try AdvantageResults([input([0, 0, 0, 0])]).grid(of: "variance_ratio", filter)?.value == 0)
  }
}
