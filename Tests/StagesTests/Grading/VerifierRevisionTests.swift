import Foundation
import PipelineCore
import Reasoning
import Stages
import Testing

/// A verifier whose rules changed once.
private struct ChangedVerifier: AnswerVerifier {
  let name = "changed"
  let meaning = "anything"
  let version = 2

  func verdict(on answer: String, for problem: Problem) -> Reasoning.Verdict { .right }
}

@Suite struct `Versions of verifiers` {
  @Test func `are no part of a key until they are raised`() throws {
    #expect(AnswerVerifiers.revisions(of: [NumberAnswer(), ExactAnswer()]).isEmpty)
    let raised = AnswerVerifiers.revisions(of: [NumberAnswer(), ChangedVerifier()])
    #expect(raised == ["verifier.changed": 2])

    try GradedPipeline.with { graded in
      let graph = try graded.graph()
      let point = try #require(graph.points.first { $0.stage == "eval" })
      #expect(point.revisions.isEmpty)
      func key(_ revisions: [String: Int]) -> StageKey {
        StageKey.compute(
          point: StagePoint(
            index: point.index, address: point.address, stage: point.stage, kind: point.kind,
            config: point.config, point: point.point, seed: point.seed, numerics: point.numerics,
            inputs: point.inputs, revisions: revisions),
          inputs: [], fingerprint: "")
      }
      #expect(key(raised).hex != key([:]).hex)
      #expect(
        Set(key(raised).preimage).subtracting(key([:]).preimage)
          == [KeyLine(path: "revisions.verifier.changed", text: "2")])
    }
  }
}
