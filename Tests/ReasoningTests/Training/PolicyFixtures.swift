import Fields
import ModelCore
import Reasoning
import TensorCore

extension TrainingFixtures {
  /// A reward that depends on every token, so that an untrained policy gets a signal.
  static var lengthReward: RewardConfiguration {
    RewardConfiguration([OverlongBuffer(len: 10, penaltyFactor: 1)])
  }

  /// A trainer of responses, and the state that it trains.
  static func policyTrainer(
    _ model: Transformer, threads: Int = 1, rollout: any RolloutSpecification = PlainRollout(),
    reward: RewardConfiguration = RewardConfiguration(), numGenerations: Int = 4,
    maxNewTokens: Int = 10, problems: ProblemPool = pool(), seed: UInt64 = 2,
    algorithm changeAlgorithm: (inout AlgorithmConfiguration) -> Void = { _ in },
    train changeTrain: (inout TrainConfiguration) -> Void = { _ in }
  ) -> (trainer: PolicyTrainer, state: TrainingState) {
    let backend = CPUBackend(numerics: .exact, threads: threads)
    var sampling = SamplingSettings()
    sampling.maxNewTokens = maxNewTokens
    var algorithm = AlgorithmConfiguration()
    changeAlgorithm(&algorithm)
    let state = TrainingState(model: model, configuration: train(changeTrain), backend: backend)
    let trainer = PolicyTrainer(
      optimization: state, reference: algorithm.needsReference ? model.copy() : nil,
      training: PolicyTrainingConfiguration(
        rollout: rollout, sampling: sampling, numGenerations: numGenerations, reward: reward,
        algorithm: algorithm),
      problems: problems, seed: seed, backend: backend)
    return (trainer, state)
  }
}
