import PipelineCore
import Reasoning
import Stages
import Testing

@Suite struct `Work to measure before a run` {
  private static let yaml =
    MiniPipeline.yaml + """

        again:
          kind: sample
          inputs: {policy: base, problems: problems}
          split: easy
          sampling: {num_generations: 2, max_new_tokens: 12}
        labels:
          kind: label
          inputs: {policy: base, problems: problems}
          split: easy
          sampling: {num_generations: 3, max_new_tokens: 12}
        preferring:
          kind: dpo
          inputs: {policy: base, data: again}
          train: {learning_rate: 1e-3, max_steps: 2, prompts_per_step: 2}
      """

  @Test func `is described by every kind that computes, or said to be none`() {
    for kind in StageKinds.builtIn.all {
      #expect(kind.usesNumerics == (kind is any ComputingStageKind), "\(kind.name)")
    }
  }

  @Test func `is that of each stage, and a stage without any is named`() throws {
    let works = BenchmarkWorkloads(try MiniPipeline.graph(Self.yaml))
    let (workloads, unmeasured) = try works.all()
    #expect(
      workloads.map { "\($0.kind.rawValue) \($0.name)" } == [
        "train base", "sample rl", "rl rl", "sample samples", "sample eval", "sample again",
        "sample labels",
      ])
    #expect(unmeasured == ["preferring"])
    // Every problem of a slice is answered three times.
    guard case .sampling(let prompts, _) = try works.workloads(ofStage: "labels")[0].work else {
      Issue.record("labels are drawn")
      return
    }
    #expect(prompts.count == 6 * 3)
    #expect(throws: StageFailure.self) { try works.workloads(ofStage: "preferring") }
  }
}
