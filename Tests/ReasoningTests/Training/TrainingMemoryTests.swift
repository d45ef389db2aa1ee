import ModelCore
import Reasoning
import TensorCore
import Testing

/// The memory that training keeps and requests, step by step.
@Suite struct `Training memory` {
  private struct Run {
    var weights: [[Float]]
    var metrics: [StepMetrics]
    /// The most floats in use at once in the last step.
    var peak: Int
    /// Number of blocks allocated from the system, after each step.
    var allocations: [Int]
  }

  /// Runs steps on the same examples.
  private func run(_ recompute: Recomputation, threads: Int = 1, steps: Int = 3) throws -> Run {
    var configuration = ModelConfiguration()
    configuration.hiddenSize = 32
    configuration.layerCount = 4
    configuration.intermediateSize = 88
    configuration.shortConvolutionWidth = 4
    let model = Transformer(
      configuration: configuration, vocabularySize: LadderVocabulary.tokens.count, seed: 1)
    let backend = CPUBackend(threads: threads)
    let trainer = SupervisedTrainer(
      optimization: TrainingState(
        model: model,
        configuration: TrainingFixtures.train {
          $0.recompute = recompute
          $0.promptsPerStep = 8
          $0.microBatchSize = 5
        }, backend: backend),
      lossScaleFactor: 60, backend: backend)
    let examples = try TeacherExamples(
      ExampleSource(pool: TrainingFixtures.pool()), seed: 5, count: 8, maxSteps: 4
    ).examples(at: 0)
    var run = Run(weights: [], metrics: [], peak: 0, allocations: [])
    for step in 0..<steps {
      backend.memory.resetPeak()
      run.metrics.append(try trainer.step(step, examples: examples))
      run.allocations.append(backend.memory.usage.allocationCount)
    }
    run.peak = backend.memory.usage.peakFloats
    run.weights = TrainingFixtures.weights(model)
    return run
  }

  @Test(arguments: [1, 2])
  func `recomputing blocks changes no bit and takes less`(threads: Int) throws {
    let kept = try run(.none, threads: threads)
    let again = try run(.blocks, threads: threads)
    #expect(again.weights == kept.weights)
    #expect(again.metrics == kept.metrics)
    #expect(again.peak * 3 < kept.peak * 2, "\(again.peak) against \(kept.peak) floats")
  }

  @Test(arguments: Recomputation.allCases)
  func `a step after the first asks the system for no memory`(recompute: Recomputation) throws {
    let allocations = try run(recompute, steps: 4).allocations
    #expect(allocations[0] > 0)
    #expect(allocations.dropFirst().allSatisfy { $0 == allocations[0] }, "\(allocations)")
  }

  @Test func `logits of a large vocabulary exist for a few learned tokens at a time`() throws {
    var configuration = ModelConfiguration()
    (configuration.hiddenSize, configuration.layerCount) = (16, 1)
    (configuration.headCount, configuration.intermediateSize) = (2, 24)
    let (vocabulary, count) = (49_152, 768)
    let model = Transformer(configuration: configuration, vocabularySize: vocabulary, seed: 1)
    let backend = CPUBackend(threads: 2)
    let trainer = SupervisedTrainer(
      optimization: TrainingState(
        model: model, configuration: TrainingFixtures.train(), backend: backend),
      lossScaleFactor: 60, backend: backend)
    let problem = Problem(family: "sum", difficulty: 1, prompt: "1", answer: "1")
    let tokens = (0..<count).map { Int32(($0 * 7919) % vocabulary) }
    let held = backend.memory.usage.floats
    _ = try trainer.step(0, examples: [.response(tokens, to: problem)])
    // All logits would be 38 million floats. A table and its gradient have 0.8 million each.
    #expect(backend.memory.usage.peakFloats - held < 96 * vocabulary + 5_000_000)
  }
}
