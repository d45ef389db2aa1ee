import Foundation
import PipelineCore
import Reasoning
import Stages
import Testing

@Suite(.timeLimit(.minutes(120)))
struct `Grading anew` {
  private func regrading(_ graded: GradedPipeline, _ more: [String]) throws -> Regrading {
    Regrading(try graded.graph(more), store: try graded.own.store()) { $0.fingerprint }
  }

  private func run(_ graph: StageGraph, _ graded: GradedPipeline) throws -> RunSummary {
    try Runner.run(graph, store: try graded.own.store(), options: .testing())
  }

  @Test func `makes the problems, then finds all responses stored`() throws {
    try GradedPipeline.with { graded in
      let first = try graded.run()
      let regrading = try regrading(graded, ["data.verifier=number"])
      let problems = try #require(regrading.problems())
      #expect(problems.points.map(\.address) == ["data"])
      #expect(try run(problems, graded).outcome == .done)
      #expect(regrading.problems() == nil)
      let scope = try regrading.scope()
      #expect(scope.missing.isEmpty && scope.left.isEmpty)
      #expect(scope.graph.points.map(\.address) == ["data", "eval", "results"])
      let summary = try run(scope.graph, graded)
      let digest = try #require(summary.digests["eval"])
      let now = try ResponsesArtifact.read(try graded.own.store().artifact(digest))
      let changes = VerdictChanges(from: first.records, to: now)
      let finished = first.records.count { $0.isFinished }
      #expect(changes.compared == 12 && changes.changes.count == finished)
      #expect(changes.text == "\(finished) wrong → unreadable")
      #expect(VerdictChanges(from: now, to: now).text.isEmpty)
    }
  }

  @Test func `says how many responses are missing, and where`() throws {
    try GradedPipeline.with { graded in
      let before = try regrading(graded, [])
      _ = try run(try #require(before.problems()), graded)
      #expect(
        try before.scope().missing
          == [.init(address: "eval", reason: "12 of 12 responses are not stored")])
      _ = try graded.run()
      #expect(try before.scope().missing.isEmpty)
      let more = try regrading(graded, ["eval.sampling.num_generations=6"])
      #expect(
        try more.scope().missing
          == [.init(address: "eval", reason: "6 of 18 responses are not stored")])
    }
  }
}
