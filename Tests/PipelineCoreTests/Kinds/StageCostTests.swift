import PipelineCore
import Testing

@Suite struct StageCostTests {
  private let cost = StageCost(
    prompts: 100, completions: 1001, maxGeneratedTokens: .max, optimizerSteps: 20, steps: 10,
    modelParameters: 7, artifactBytes: .about(50), checkpointBytes: .atMost(60),
    work: WorkAmount(sort: "s", amount: 30))

  @Test func `what is left is a share of every figure, rounded up`() {
    let left = cost.remaining(after: 7)
    #expect(left.prompts == 30)
    #expect(left.completions == 301)
    #expect(left.maxGeneratedTokens == 2_767_011_611_056_432_743)
    #expect(left.optimizerSteps == 6)
    #expect(left.steps == 3)
    #expect(left.work == WorkAmount(sort: "s", amount: 9))
    // The model and the files are not smaller for unfinished work.
    #expect(left.modelParameters == 7)
    #expect(left.artifactBytes == .about(50))
    #expect(cost.remaining(after: 0) == cost)
    #expect(cost.remaining(after: 10).prompts == 0)
    #expect(cost.remaining(after: 99).maxGeneratedTokens == 0)
    #expect(StageCost(prompts: 5).remaining(after: 3) == StageCost(prompts: 5))
    #expect(StageCost(prompts: 5, steps: 0).remaining(after: 3).prompts == 5)
  }

  @Test func `a total adds what is known and never overflows`() {
    #expect(StageCost.total(of: []) == StageCost())
    let total = StageCost.total(of: [cost, StageCost(prompts: 1), cost])
    #expect(total.prompts == 201)
    #expect(total.maxGeneratedTokens == .max)
    #expect(total.artifactBytes == .about(100))
    // Checkpoints are removed when their stage is done.
    #expect(total.checkpointBytes == .atMost(60))
  }

  @Test func `a sum of sizes is a bound only when all are`() {
    #expect(ByteEstimate.atMost(1) + .atMost(2) == .atMost(3))
    #expect(ByteEstimate.atMost(1) + .about(2) == .about(3))
    #expect(ByteEstimate.about(.max) + .about(2) == .about(.max))
  }
}
