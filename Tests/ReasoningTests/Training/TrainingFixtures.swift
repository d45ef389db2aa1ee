import Fields
import Foundation
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

/// The bytes of a saved training state.
struct SavedTraining {
  let bytes: Data
  let updates: Int

  init(bytes: Data, updates: Int) {
    self.bytes = bytes
    self.updates = updates
  }

  init(_ state: TrainingState) {
    var bytes = Data()
    SafetensorsWriter.write(state.tensorsInFile) { bytes.append($0) }
    self.init(bytes: bytes, updates: state.updateCount)
  }

  /// Restores it from pieces of the given size.
  func restore(_ state: TrainingState, pieceSize: Int = 1000) throws {
    try state.restore(updates: updates, file: "state") { take in
      for start in stride(from: 0, to: bytes.count, by: pieceSize) {
        try take(bytes[start..<min(bytes.count, start + pieceSize)], bytes.count)
      }
    }
  }
}
