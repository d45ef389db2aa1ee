import ModelCore
import TensorCore

/// An endless source of random tokens.
struct RandomExamples: StepExamples, Sendable {
  let count: Int
  /// Number of predicted tokens per example.
  let length: Int
  let vocabularySize: Int

  func examples(at step: Int) -> [SupervisedExample] {
    (0..<count).map { row in
      SupervisedExample(given: [0], learned: Self.tokens(length, below: vocabularySize, row: row))
    }
  }

  static func tokens(_ count: Int, below vocabularySize: Int, row: Int) -> [Int32] {
    var stream = RandomStream(seed: 0, purpose: "bench.tokens", UInt64(row))
    return (0..<count).map { _ in Int32(stream.int(in: 0...(vocabularySize - 1))) }
  }
}

extension Workload.Work {
  /// Training steps on random tokens.
  package static func training(
    sequences: Int, length: Int, vocabularySize: Int
  ) -> Self {
    var train = TrainConfiguration()
    train.maxSteps = 1_000_000
    train.promptsPerStep = sequences
    return .training(
      train, lossScaleFactor: Double(length),
      examples: RandomExamples(count: sequences, length: length, vocabularySize: vocabularySize))
  }

  /// Sampling at temperature 1 after prompts of random tokens, a different one for every sequence.
  package static func sampling(
    sequences: Int, newTokens: Int, vocabularySize: Int
  ) -> Self {
    var settings = SamplingSettings()
    settings.maxNewTokens = newTokens
    return .sampling(
      prompts: (0..<sequences).map {
        RandomExamples.tokens(BenchmarkShape.promptLength, below: vocabularySize, row: $0)
      }, settings)
  }

  /// Reading a prompt of random tokens.
  package static func reading(length: Int, vocabularySize: Int) -> Self {
    .reading(prompt: RandomExamples.tokens(length, below: vocabularySize, row: 0))
  }
}
