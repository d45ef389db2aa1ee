import Foundation
import PipelineCore
import Reasoning
import Stages
import Testing

/// `rl` with rollouts under budgets.
@Suite(.timeLimit(.minutes(120)))
struct `Reinforcement under budgets` {
  private static let needs = [
    "cutting": ["cutting"], "phasing": ["phasing"], "keeping": ["labels", "stating", "keeping"],
    "told": ["labels", "stating", "told"],
  ]

  @Test(arguments: ["cutting", "phasing", "keeping", "told"])
  func `goes on after every step to the same bytes`(stage: String) throws {
    let stages = try #require(Self.needs[stage])
    let whole = try BudgetPipeline.digests(stages)
    try BudgetPipeline.with(stages) { runs in
      for step in 1...2 {
        let summary = try runs.run(checkpoints: .steps(1), stoppingIn: stage)
        let point = try #require(summary.points.first { $0.address == stage })
        #expect(point.outcome == .stopped(step: step), "\(point.outcome)")
      }
      #expect(try runs.run().digests == whole)
    }
  }

  /// One metric from every step in a stage's log.
  private func metric(
    _ name: String, _ stage: String, _ runs: BudgetPipeline.Runs, _ summary: RunSummary
  ) throws -> [Double] {
    let log = try runs.artifact(stage, of: summary).read("metrics.jsonl")
    return try log.split(separator: UInt8(ascii: "\n")).map { line in
      let row = try #require(try JSONSerialization.jsonObject(with: line) as? [String: Any])
      return try #require(row[name] as? Double, "\(row.keys.sorted())")
    }
  }

  @Test func `moves the policy by what it scores`() throws {
    try BudgetPipeline.with(["cutting"]) { runs in
      let summary = try runs.run()
      #expect(try metric("grad_norm", "cutting", runs, summary).contains { $0 > 0 })
      #expect(try metric("accuracy", "cutting", runs, summary).contains { $0 > 0 })
    }
  }

  @Test func `rewards read what labels say, and miss them where there are none`() throws {
    let stages = try #require(Self.needs["keeping"])
    try BudgetPipeline.with(stages) { runs in
      let summary = try runs.run()
      #expect(try metric("grad_norm", "keeping", runs, summary).contains { $0 > 0 })
      let problems = try ProblemsArtifact.read(
        split: "train", from: try runs.artifact("sums", of: summary), for: LadderFormat())
      let labels = try runs.artifact("labels", of: summary)
      let told = try LabelsArtifact.label(problems, by: labels).map(\.numbers)
      #expect(told == (try LabelsArtifact.read(labels)).map(\.fields))
      let strangers =
        problems + [
          Problem(family: "sum", difficulty: 1, prompt: "9+9=?", answer: "18", verifier: "exact")
        ]
      let error = #expect(throws: StageFailure.self) {
        try LabelsArtifact.label(strangers, by: labels)
      }
      #expect(error?.description.contains("'9+9=?'") == true)
      let without = try runs.run(["keeping.inputs.labels=null"])
      guard case .failed(let reason) = without.points.last?.outcome else {
        Issue.record("\(String(describing: without.points.last?.outcome))")
        return
      }
      #expect(reason.contains("b_max"), "\(reason)")
    }
  }
}
