package import ModelCore
package import TensorCore

/// Reinforcement learning with verifiable rewards. A step samples responses, drops prompts without
/// a signal, rewards each group, turns rewards into advantages, and updates the policy with the
/// chosen loss.
///
/// A step depends only on the weights, the moments, `state`, the seed and its number, so a run that
/// is resumed at the end of any step continues exactly as without the interruption.
package final class PolicyTrainer {
  /// The state of a run beside weights and moments.
  package struct State: Sendable, Hashable, Codable {
    package var rewardMemory = RewardMemory()
    /// The KL coefficient of the next step.
    package var klCoef: Double

    package init(klCoef: Double) { self.klCoef = klCoef }
  }

  private let optimization: TrainingState
  private let reference: Transformer?
  private let training: PolicyTrainingConfiguration
  private let seed: UInt64
  private let backend: any Backend
  private let collector: RolloutCollector
  private let scorer: LogProbabilityScorer
  /// The current state. To resume, set it to its value at the end of a step; the next step
  /// continues from there.
  package var state: State
  /// The responses of the last step, with their rewards.
  package private(set) var responses: [PlayedResponse] = []

  /// Creates a trainer.
  /// - Parameter reference: the starting policy, frozen; needed if the algorithm has a KL penalty.
  package init(
    optimization: TrainingState, reference: Transformer?, training: PolicyTrainingConfiguration,
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
          model: optimization.model, format: optimization.format, backend: backend,
          settings: training.sampling, cachePrecision: training.cachePrecision,
          numGenerations: training.numGenerations, seed: seed,
          wantsBaseline: type(of: training.algorithm.estimator).needsGreedyResponse)),
      training: training, problems: problems,
      promptsPerStep: optimization.configuration.promptsPerStep, seed: seed)
    scorer = LogProbabilityScorer(optimization, sampling: training.sampling, backend: backend)
    state = State(klCoef: training.algorithm.kl.coef)
  }

  /// Runs one rollout and the updates on it.
  /// - Parameter step: counted from 0.
  /// - Throws: `DivergenceError` when loss or gradient is not finite; the weights are then those
  ///   after the last update.
  package func step(_ step: Int) throws -> StepMetrics {
    backend.beginStep()
    let configuration = optimization.configuration
    let rollout = try collector.collect(
      step: step, progress: Double(step) / Double(configuration.maxSteps),
      memory: &state.rewardMemory)
    responses = rollout.responses
    var algorithm = training.algorithm
    algorithm.kl.coef = state.klCoef
    let scored = try AdvantageComputation(
      algorithm: algorithm, scorer: scorer, reference: reference
    )
    .score(
      rollout.kept.map { rollout.groups[$0] }, rewards: rollout.kept.map { rollout.rewards[$0] })

    var metrics = StepMetrics(step: step + 1)
    PolicyMetrics(
      rollout: rollout, terms: training.reward.termNames,
      isFiltered: algorithm.filterGroups != nil
    ).describe(in: &metrics)
    if algorithm.needsReference { metrics["kl"] = PolicyMetrics.divergence(scored) }
    if let adaptive = algorithm.kl.adaptive {
      metrics["kl_coef"] = algorithm.kl.coef
      state.klCoef = adaptive.coefficient(
        after: algorithm.kl.coef,
        divergence: PolicyMetrics.meanDivergence(scored, by: algorithm.kl.estimator),
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
