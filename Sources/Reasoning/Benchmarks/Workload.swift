package import ModelCore

/// Something whose speed is worth knowing: a model, and the work it is put to.
///
/// The weights are random, and no response ends before `max_new_tokens`: what is done is the same
/// for any weights, so that figures can be compared. A trained policy stops earlier and a step of it
/// takes less time.
package struct Workload: Sendable {
  /// The shape's name, or the stage's.
  package let name: String
  package let model: ModelConfiguration
  package let vocabularySize: Int
  package let work: Work

  package enum Work: Sendable {
    /// Forward, backward, clipping and AdamW on a step's examples.
    case training(
      TrainConfiguration, lossScaleFactor: Double, examples: any StepExamples & Sendable)
    /// One call of the decoder, at most 256 sequences at a time; adjacent equal prompts run once.
    case sampling(prompts: [[Int32]], SamplingSettings)
    /// Rollout, reward and update through `PolicyTrainer`.
    case reinforcement(TrainConfiguration, PolicyTraining, problems: [Problem])
  }

  package init(name: String, model: ModelConfiguration, vocabularySize: Int, work: Work) {
    self.name = name
    self.model = model
    self.vocabularySize = vocabularySize
    self.work = work
  }
}

/// What `laconic bench` measures, in the order it shows it.
package enum BenchmarkKind: String, Sendable, Hashable, CaseIterable {
  /// The fastest matrix product: the measure for the others.
  case peak
  case train
  case sample
  case rl
}

extension Workload {
  package var kind: BenchmarkKind {
    switch work {
    case .training: .train
    case .sampling: .sample
    case .reinforcement: .rl
    }
  }
}
