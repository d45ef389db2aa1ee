package import ModelCore
package import TensorCore

/// The first slot of reinforcement learning: plays every prompt of a step several times.
///
/// Everything random is keyed by seed, purpose, step, prompt and sample, so that an episode does not
/// depend on which others are played beside it.
package protocol RolloutEnvironment {
  /// One group a problem, in order.
  func episodes(for problems: [Problem], step: Int) throws -> [EpisodeGroup]
}

/// What a kind of rollout is described by; it makes the environment once the policy is there.
package protocol RolloutDesign: Sendable {
  /// Whether its episodes are scored at budgets, so that their groups have a plan.
  var scoresBudgets: Bool { get }
  /// Whether a budget stands before the thinking of every response, stated or given.
  var headsBudgets: Bool { get }
  /// The most tokens that one episode can take to draw, answers to parts of it included.
  func mostTokens(maxNewTokens: Int) -> Int
  func makeEnvironment(_ context: RolloutContext) -> any RolloutEnvironment
}

extension RolloutDesign {
  package var scoresBudgets: Bool { false }
  package var headsBudgets: Bool { false }
  package func mostTokens(maxNewTokens: Int) -> Int { maxNewTokens }
}

/// What every environment is given.
package struct RolloutContext {
  package let model: Transformer
  package let backend: any Backend
  /// As the pipeline writes them; `RolloutSampler` adds the vocabulary's stop and banned tokens.
  package let settings: SamplingSettings
  /// Of the sampler's keys and values.
  package let cachePrecision: CachePrecision
  package let numGenerations: Int
  package let seed: UInt64
  /// Whether groups need their `baseline`, the response at temperature 0.
  package let wantsBaseline: Bool

  package init(
    model: Transformer, backend: any Backend, settings: SamplingSettings,
    cachePrecision: CachePrecision = .float32, numGenerations: Int, seed: UInt64,
    wantsBaseline: Bool = false
  ) {
    self.model = model
    self.backend = backend
    self.settings = settings
    self.cachePrecision = cachePrecision
    self.numGenerations = numGenerations
    self.seed = seed
    self.wantsBaseline = wantsBaseline
  }

  /// Of the responses to learn from. To be kept from step to step, with its cache.
  func makeSampler() -> RolloutSampler {
    RolloutSampler(
      model: model, backend: backend, settings: settings, numGenerations: numGenerations,
      seed: seed, purpose: "rl.sample", cachePrecision: cachePrecision)
  }

  /// Of the groups' `baseline`; nil unless they need one.
  func makeGreedySampler() -> RolloutSampler? {
    guard wantsBaseline else { return nil }
    var settings = settings
    settings.temperature = 0
    return RolloutSampler(
      model: model, backend: backend, settings: settings, numGenerations: 1, seed: seed,
      purpose: "rl.baseline", cachePrecision: cachePrecision)
  }
}
