package import ModelCore
package import TensorCore

/// What a reinforcement learning run is made of, beside the optimiser.
package struct PolicyTraining: Sendable {
  /// How prompts are played.
  package var rollout: any RolloutDesign
  package var sampling: SamplingSettings
  /// Of the sampler's keys and values; the trainer's own are always whole.
  package var cachePrecision: CachePrecision
  package var numGenerations: Int
  package var reward: RewardConfiguration
  package var algorithm: AlgorithmConfiguration

  package init(
    rollout: any RolloutDesign = PlainRollout(), sampling: SamplingSettings,
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
