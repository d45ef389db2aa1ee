package import ModelCore
package import TensorCore

/// The configuration of a reinforcement learning run, beside the optimiser's.
package struct PolicyTrainingConfiguration: Sendable {
  /// The way responses to prompts are sampled.
  package var rollout: any RolloutSpecification
  package var sampling: SamplingSettings
  /// Precision of the sampler's keys and values; the trainer itself always uses full precision.
  package var cachePrecision: CachePrecision
  package var numGenerations: Int
  package var reward: RewardConfiguration
  package var algorithm: AlgorithmConfiguration

  package init(
    rollout: any RolloutSpecification = PlainRollout(), sampling: SamplingSettings,
    cachePrecision: CachePrecision = .float32, numGenerations: Int,
    reward: RewardConfiguration, algorithm: AlgorithmConfiguration
  ) {
    self.rollout = rollout
    self.sampling = sampling
    self.cachePrecision = cachePrecision
    self.numGenerations = numGenerations
    self.reward = reward
    self.algorithm = algorithm
  }
}
