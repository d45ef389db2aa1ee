package import ModelCore

/// A model and the work to measure on it.
///
/// No response ends before `max_new_tokens`, so the amount of work is the same for any weights,
/// random ones too, and figures can be compared. A trained policy stops earlier, and its steps take
/// less time.
package struct Workload: Sendable {
  /// Name of the shape or of the stage.
  package let name: String
  package let model: ModelConfiguration
  package let vocabularySize: Int
  /// The adapter over the model; nil for a whole model.
  package let adapter: LoRAShape?
  package let format: any ResponseFormat
  /// Reads the weights; nil for random ones.
  package let weights: Weights?
  package let work: Work

  package typealias Weights = @Sendable () throws -> Transformer

  package enum Work: Sendable {
    /// Forward, backward, clipping and AdamW on the examples of a step.
    case training(
      TrainConfiguration, lossScaleFactor: Double, examples: any StepExamples & Sendable)
    /// One prompt after which a single token is sampled.
    case reading(prompt: [Int32])
    /// One call of the decoder, at most 256 sequences at a time; equal adjacent prompts run once.
    case sampling(prompts: [[Int32]], SamplingSettings)
    /// Rollout, reward and update through `PolicyTrainer`.
    case reinforcement(TrainConfiguration, PolicyTrainingConfiguration, problems: [Problem])
  }

  package init(
    name: String, model: ModelConfiguration, vocabularySize: Int, adapter: LoRAShape? = nil,
    format: any ResponseFormat, weights: Weights? = nil, work: Work
  ) {
    self.name = name
    self.model = model
    self.vocabularySize = vocabularySize
    self.adapter = adapter
    self.format = format
    self.weights = weights
    self.work = work
  }
}

/// The kinds that `laconic bench` measures, in the order it shows them.
package enum BenchmarkKind: String, Sendable, Hashable, CaseIterable {
  /// The fastest matrix product, the reference for the others.
  case peak
  case train
  case read
  case sample
  case rl
}

extension Workload {
  package var kind: BenchmarkKind {
    switch work {
    case .training: .train
    case .reading: .read
    case .sampling: .sample
    case .reinforcement: .rl
    }
  }
}
