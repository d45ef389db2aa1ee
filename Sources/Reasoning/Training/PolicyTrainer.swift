package import ModelCore
package import TensorCore

/// Reinforcement learning on verified answers, in slots: play prompts, reward each group, turn
/// rewards into advantages, move the policy by the chosen loss.
///
/// A step depends on the weights, the moments, the seed and its number alone, so a run that is
/// resumed from the end of any step goes on as if nothing had happened.
package final class PolicyTrainer {
  private let optimization: Optimization
  private let training: PolicyTraining
  private let problems: ProblemPool
  private let seed: UInt64
  private let backend: any Backend
  private let environment: any RolloutEnvironment
  private let scoring: PolicyScoring
  private let update: PolicyUpdate

  /// - Parameter reference: the starting policy, frozen; needed when the algorithm charges a
  ///   divergence from it.
  /// - Precondition: the algorithm's fields were validated.
  package init(
    optimization: Optimization, reference: Transformer?, training: PolicyTraining,
    problems: ProblemPool, seed: UInt64, backend: any Backend
  ) {
    precondition(
      reference != nil || !training.algorithm.needsReference, "a divergence needs a reference")
    guard let estimator = AdvantageEstimators.named(training.algorithm.advEstimator) else {
      preconditionFailure("adv_estimator is validated against the registry")
    }
    self.optimization = optimization
    self.training = training
    self.problems = problems
    self.seed = seed
    self.backend = backend
    environment = training.rollout.environment(
      RolloutContext(
        model: optimization.model, backend: backend, settings: training.sampling,
        cachePrecision: training.cachePrecision, numGenerations: training.numGenerations,
        seed: seed))
    let scorer = SequenceScorer(optimization, sampling: training.sampling, backend: backend)
    scoring = PolicyScoring(
      algorithm: training.algorithm, estimator: estimator, scorer: scorer, reference: reference)
    update = PolicyUpdate(
      algorithm: training.algorithm, maxNewTokens: training.sampling.maxNewTokens,
      optimization: optimization, scorer: scorer, seed: seed, backend: backend)
  }

  /// One rollout and the updates on it.
  /// - Parameter step: counted from 0.
  /// - Throws: `DivergenceError` when loss or gradient is not finite; the weights are as the last
  ///   update left them.
  package func step(_ step: Int) throws -> StepMetrics {
    backend.beginStep()
    var stream = RandomStream(seed: seed, purpose: "rl.prompts", UInt64(step))
    let drawn = problems.drawDistinct(
      optimization.configuration.promptsPerStep, using: &stream)
    let groups = try environment.episodes(for: drawn, step: step)
    let rewards = groups.map { groupRewards($0, step: step) }
    let scored = try scoring.score(groups, rewards: rewards)

    var metrics = StepMetrics(step: step + 1)
    PolicyFigures(
      groups: groups, rewards: rewards, termNames: training.reward.terms.map { type(of: $0).name }
    ).describe(in: &metrics)
    if training.algorithm.needsReference { metrics["kl"] = PolicyFigures.divergence(scored) }
    try update.run(on: scored, step: step).describe(in: &metrics)
    metrics["learning_rate"] = optimization.configuration.learningRate(at: step)
    return metrics
  }

  private func groupRewards(_ group: EpisodeGroup, step: Int) -> GroupRewards {
    let (total, parts) = training.reward.rewards(
      for: ResponseGroup(
        responses: group.episodes.map(\.rollout.graded),
        maxNewTokens: training.sampling.maxNewTokens, problemFields: group.fields,
        progress: Double(step) / Double(optimization.configuration.maxSteps)))
    return GroupRewards(total: total, parts: parts)
  }
}
