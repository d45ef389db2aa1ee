package import ModelCore
package import TensorCore

/// The first part of a reinforcement learning step: samples several episodes for every prompt.
///
/// All randomness is keyed by seed, purpose, step, prompt and sample, so an episode does not depend
/// on the other episodes of the step.
package protocol RolloutEnvironment {
  /// Returns one group per problem, in order.
  func episodes(for problems: [Problem], step: Int) throws -> [EpisodeGroup]
}

/// The configuration of a kind of rollout; it makes the environment once the policy is loaded.
package protocol RolloutSpecification: Sendable {
  /// True if episodes are scored at budgets, so that their groups have a plan.
  var scoresBudgets: Bool { get }
  /// True if a budget, stated or given, precedes the thinking of every response.
  var headsBudgets: Bool { get }
  /// The most tokens that one episode can take, including answers to parts of it.
  func mostTokens(maxNewTokens: Int) -> Int
  /// The shape of the longest sequence.
  func shape(in format: any ResponseFormat) -> ResponseShape
  func makeEnvironment(_ context: RolloutContext) -> any RolloutEnvironment
}

extension RolloutSpecification {
  package var scoresBudgets: Bool { false }
  package var headsBudgets: Bool { false }
  package func mostTokens(maxNewTokens: Int) -> Int { maxNewTokens }
  package func shape(in format: any ResponseFormat) -> ResponseShape { .whole(after: .none) }

  /// The most tokens that stand after a problem's prompt in one sequence.
  package func longestSequence(maxNewTokens: Int, in format: any ResponseFormat) -> Int {
    format.longestSequence(shape(in: format), maxNewTokens: maxNewTokens)
  }
}

/// The inputs of every environment.
package struct RolloutContext {
  package let model: Transformer
  package let format: any ResponseFormat
  package let backend: any Backend
  /// The settings as the pipeline gives them; samplers add the format's stop and banned tokens.
  package let settings: SamplingSettings
  /// Precision of the sampler's keys and values.
  package let cachePrecision: CachePrecision
  package let numGenerations: Int
  package let seed: UInt64
  /// True if groups need their `baseline`, the response at temperature 0.
  package let wantsBaseline: Bool

  package init(
    model: Transformer, format: any ResponseFormat, backend: any Backend,
    settings: SamplingSettings, cachePrecision: CachePrecision = .float32, numGenerations: Int,
    seed: UInt64, wantsBaseline: Bool = false
  ) {
    self.model = model
    self.format = format
    self.backend = backend
    self.settings = settings
    self.cachePrecision = cachePrecision
    self.numGenerations = numGenerations
    self.seed = seed
    self.wantsBaseline = wantsBaseline
  }

  /// Makes a policy of the model that is trained, once for each sampler: its cache is kept from
  /// step to step.
  func makePolicy() -> LocalPolicy {
    LocalPolicy(model, backend: backend, cachePrecision: cachePrecision)
  }

  /// Makes the sampler of the responses to train on.
  func makeSampler() -> ResponseSampler {
    ResponseSampler(
      policy: makePolicy(), format: format, settings: settings, numGenerations: numGenerations,
      seed: seed, purpose: "rl.sample")
  }

  /// Makes the sampler of the groups' `baseline`; nil if they do not need one.
  func makeGreedySampler() -> ResponseSampler? {
    guard wantsBaseline else { return nil }
    var settings = settings
    settings.temperature = 0
    return ResponseSampler(
      policy: makePolicy(), format: format, settings: settings, numGenerations: 1, seed: seed,
      purpose: "rl.baseline")
  }
}
