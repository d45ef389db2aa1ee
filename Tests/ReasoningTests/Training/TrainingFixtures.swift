import Fields
import ModelCore
import Reasoning
import TensorCore

/// A model small enough to train in milliseconds.
enum TrainingFixtures {
  static func model(seed: UInt64 = 1) -> Transformer {
    var configuration = ModelConfiguration()
    configuration.hiddenSize = 16
    configuration.layerCount = 1
    configuration.headCount = 2
    configuration.intermediateSize = 24
    configuration.shortConvolutionWidth = 4
    return Transformer(
      configuration: configuration, vocabularySize: LadderVocabulary.tokens.count, seed: seed)
  }

  static func pool(count: Int = 40) -> ProblemPool {
    ProblemPool(
      ProblemSplits.generate(
        .train, count: count, families: [ChainFamily(), SearchFamily()], difficulties: [1, 2],
        seed: 3
      ).problems)
  }

  static func train(_ change: (inout TrainConfiguration) -> Void = { _ in }) -> TrainConfiguration {
    var train = TrainConfiguration()
    train.learningRate = 1e-2
    train.maxSteps = 4
    train.promptsPerStep = 4
    change(&train)
    return train
  }

  static func weights(_ model: Transformer) -> [[Float]] { model.parameters.map(\.tensor.values) }
}
