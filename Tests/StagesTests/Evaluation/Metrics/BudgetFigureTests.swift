import Fields
import Foundation
import PipelineCore
import Reasoning
import Reporting
import Stages
import Testing

@Suite struct `Figures under budgets` {
  @Test func `are named with the budget, in one way only`() {
    #expect(Metrics.named("accuracy@8")?.name == "accuracy@8")
    #expect(Metrics.named("accuracy@8")?.header == "acc@8")
    for wrong in [
      "accuracy@", "accuracy@0", "accuracy@08", "accuracy@-8", "accuracy@+8",
      "accuracy@8x", "accuracy@B", "tokens@8",
    ] {
      #expect(Metrics.named(wrong) == nil, "\(wrong)")
    }
    for choice in Metrics.choices {
      let name = choice.name.replacing("@B", with: "@3").replacing("^B", with: "^3")
        .replacing("_T", with: "_0.5")
      #expect(Metrics.named(name)?.name == name && choice.accepts(name))
    }
  }

  private func figure(
    _ name: String, _ stage: String, _ runs: BudgetPipeline.Runs, _ summary: RunSummary
  ) throws -> Double? {
    let metric = try #require(Metrics.named(name))
    let artifact = try runs.artifact(stage, of: summary)
    let judgement = try EvaluationReport.judgement(of: try artifact.read(EvaluationReport.path))
    guard case .overQuestions(let statistic, let contribution) = metric.computation else {
      return nil
    }
    return try runs.records(stage, of: summary).byQuestion.reduce(into: Moments()) {
      $0.add(contribution($1, judgement))
    }.figure(statistic)
  }

  /// The first split of an evaluation, as it is stored.
  private func said(
    _ stage: String, _ runs: BudgetPipeline.Runs, _ summary: RunSummary
  ) throws -> [String: Any] {
    let data = try runs.artifact(stage, of: summary).read(EvaluationReport.path)
    let report = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    return try #require((report["splits"] as? [[String: Any]])?.first)
  }

  @Test func `add up over questions to what the evaluation of cuts says`() throws {
    try BudgetPipeline.with(["cut"]) { runs in
      let summary = try runs.run()
      func expect(_ name: String, is value: Any?) throws {
        let found = try #require(try figure(name, "cut", runs, summary))
        let value = try #require(value as? Double)
        #expect(abs(found - value) < 1e-9, "\(name) is \(found), not \(value)")
      }
      let cut = try said("cut", runs, summary)
      for row in try #require(cut["budgets"] as? [[String: Any]]) {
        try expect("accuracy@\(try #require(row["budget"] as? Int))", is: row["accuracy"])
      }
      try expect("anytime_accuracy", is: cut["anytime_accuracy"])
      try expect("accuracy", is: (cut["all"] as? [String: Any])?["accuracy"])
      try expect("mean_tokens", is: (cut["all"] as? [String: Any])?["mean_tokens"])
      let (other, stated) = (
        try figure("accuracy@5", "cut", runs, summary),
        try figure("budget_stated", "cut", runs, summary)
      )
      #expect(other == nil && stated == 0)
    }
  }

  @Test func `add up over questions to what the evaluation of given budgets says`() throws {
    try BudgetPipeline.with(["labels", "stating", "given"]) { runs in
      let summary = try runs.run()
      let given = try said("given", runs, summary)
      let adherence = try #require(given["budget_adherence"] as? [String: Any])
      for name in ["budget_slope", "budget_correlation", "budget_matching_rate", "budget_error"] {
        let found = try #require(try figure(name, "given", runs, summary))
        let value = try #require(adherence[name] as? Double)
        #expect(abs(found - value) < 1e-9, "\(name) is \(found), not \(value)")
      }
      let stated = try figure("budget_stated", "given", runs, summary)
      #expect(stated == 1)
    }
  }
}
