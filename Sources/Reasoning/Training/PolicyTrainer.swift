package import ModelCore
package import TensorCore

/// Reinforcement learning on verified answers, in slots: play prompts, drop those that teach nothing,
/// reward each group, turn rewards into advantages, move the policy by the chosen loss.
///
/// A step depends on the weights, the moments, `state`, the seed and its number alone, so a run that
/// is resumed from the end of any step goes on as if nothing had happened.
package final class PolicyTrainer {
  /// What a run remembers beside weights and moments.
  package struct State: Sendable, Hashable, Codable {
    package var rewardMemory = RewardMemory()
    /// The KL coefficient of the next step.
    package var klCoef: Double

    package init(klCoef: Double) { self.klCoef = klCoef }
  }

  private let optimization: Optimization
  private let reference: Transformer?
  private let training: PolicyTraining
  private let seed: UInt64
  private let backend: any Backend
  private let collector: RolloutCollector
  private let scorer: SequenceScorer
  /// Set it to what it was at the end of a step, and the next step goes on from there.
  package var state: State

  /// - Parameter reference: the starting policy, frozen; needed when the algorithm charges a
  ///   divergence from it.
  /// - Precondition: the algorithm's fields were validated.
  package init(
    optimization: Optimization, reference: Transformer?, training: PolicyTraining,
    problems: ProblemPool, seed: UInt64, backend: any Backend
  ) {
    precondition(
      reference != nil || !training.algorithm.needsReference, "a divergence needs a reference")
    self.optimization = optimization
    self.reference = reference
    self.training = training
    self.seed = seed
    self.backend = backend
    collector = RolloutCollector(
      environment: training.rollout.makeEnvironment(
        RolloutContext(
          model: optimization.model, backend: backend, settings: training.sampling,
          cachePrecision: training.cachePrecision, numGenerations: training.numGenerations,
          seed: seed,
          wantsBaseline: type(of: training.algorithm.estimator).needsGreedyResponse)),
      training: training, problems: problems,
      promptsPerStep: optimization.configuration.promptsPerStep, seed: seed)
    scorer = SequenceScorer(optimization, sampling: training.sampling, backend: backend)
    state = State(klCoef: training.algorithm.klCoef)
  }

  /// One rollout and the updates on it.
  /// - Parameter step: counted from 0.
  /// - Throws: `DivergenceError` when loss or gradient is not finite; the weights are as the last
  ///   update left them.
  package func step(_ step: Int) throws -> StepMetrics {
    backend.beginStep()
    let configuration = optimization.configuration
    let rollout = try collector.collect(
      step: step, progress: Double(step) / Double(configuration.maxSteps),
      memory: &state.rewardMemory)
    var algorithm = training.algorithm
    algorithm.klCoef = state.klCoef
    let scored = try PolicyScoring(algorithm: algorithm, scorer: scorer, reference: reference)
      .score(
        rollout.kept.map { rollout.groups[$0] }, rewards: rollout.kept.map { rollout.rewards[$0] })

    var metrics = StepMetrics(step: step + 1)
    PolicyFigures(
      rollout: rollout, terms: training.reward.termNames,
      isFiltered: algorithm.filterGroups != nil
    ).describe(in: &metrics)
    if algorithm.needsReference { metrics["kl"] = PolicyFigures.divergence(scored) }
    if let adaptive = algorithm.adaptiveKL {
      metrics["kl_coef"] = algorithm.klCoef
      state.klCoef = adaptive.coefficient(
        after: algorithm.klCoef,
        divergence: PolicyFigures.meanDivergence(scored, by: algorithm.klEstimator),
        responses: scored.reduce(0) { $0 + $1.count })
    }
    let update = PolicyUpdate(
      algorithm: algorithm, maxNewTokens: training.sampling.maxNewTokens,
      optimization: optimization, scorer: scorer, seed: seed, backend: backend)
    try update.run(on: scored, step: step).describe(in: &metrics)
    metrics["learning_rate"] = configuration.learningRate(at: step)
    return metrics
  }
}
