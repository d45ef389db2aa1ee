package import Foundation
package import ModelCore
package import TensorCore

/// A model in training: its weights and AdamW's moments, changed one update at a time, and the
/// format of what it reads and writes.
package final class TrainingState {
  package let model: Transformer
  package let format: any ResponseFormat
  package let configuration: TrainConfiguration
  package let moments: AdamWState
  private let backend: any Backend
  private let tensors: [Tensor]
  private let seed: UInt64

  /// - Parameter seed: of the random numbers that training itself draws, for dropout.
  package init(
    model: Transformer, format: any ResponseFormat, configuration: TrainConfiguration,
    seed: UInt64 = 0, backend: any Backend
  ) {
    self.seed = seed
    self.model = model
    self.format = format
    self.configuration = configuration
    self.backend = backend
    tensors = model.trainedParameters.map(\.tensor)
    moments = AdamWState(parameters: tensors)
    for tensor in tensors { tensor.requiresGradient = true }
  }

  /// The division of a batch into passes.
  var passes: MicroBatching {
    MicroBatching(microBatchSize: configuration.microBatchSize, backend: backend)
  }

  package func zeroGradients() {
    moments.zeroGradients()
  }

  /// Clips the gradients gathered since `zeroGradients` and moves the weights.
  /// - Returns: the gradients' global norm before clipping.
  /// - Throws: `DivergenceError`, with the weights untouched, when the norm is not finite.
  package func update(step: Int) throws -> Double {
    let norm = clipGradientNorm(
      tensors, maxNorm: configuration.maxGradientNorm, backend: backend)
    guard norm.isFinite else { throw DivergenceError(step: step + 1, quantity: .gradient) }
    moments.step(
      AdamW(
        learningRate: configuration.learningRate(at: step), beta1: configuration.beta1,
        beta2: configuration.beta2, epsilon: configuration.epsilon,
        weightDecay: configuration.weightDecay),
      backend: backend)
    return norm
  }

  /// Names the random numbers of a pass that trains; nil if nothing is drawn.
  func noise(of batch: PackedBatch) -> TokenNoise? {
    guard let adapter = model.adapter, adapter.dropout > 0 else { return nil }
    return TokenNoise(
      seed: seed, update: moments.stepCount, tokens: batch.tokens, layout: batch.layout)
  }

  /// The number of updates made so far.
  package var updateCount: Int { moments.stepCount }

  /// The optimiser's part of a checkpoint, besides the number of updates: the trained weights and
  /// both moments by name.
  package var tensorsInFile: [TensorInFile] {
    model.trainedParameters.enumerated().flatMap { index, parameter in
      [
        TensorInFile(name: parameter.name, parameter.tensor),
        TensorInFile(name: "adam.first." + parameter.name, moments.firstMoments[index]),
        TensorInFile(name: "adam.second." + parameter.name, moments.secondMoments[index]),
      ]
    }
  }

  /// Restores a saved state from the pieces of its file.
  /// - Parameter reading: hands over the bytes of the file in order, with the file's size.
  /// - Throws: `ModelFileError` when a tensor is missing or has another shape.
  package func restore(
    updates: Int, file: String,
    reading: (_ piece: (_ piece: Data, _ fileSize: Int) throws -> Void) throws -> Void
  ) throws {
    var restorer = SafetensorsRestorer(tensorsInFile, file: file)
    try reading { try restorer.take($0, fileSize: $1) }
    try restorer.finish()
    moments.stepCount = updates
  }
}
