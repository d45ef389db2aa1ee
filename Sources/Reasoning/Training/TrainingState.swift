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

  package init(
    model: Transformer, format: any ResponseFormat, configuration: TrainConfiguration,
    backend: any Backend
  ) {
    self.model = model
    self.format = format
    self.configuration = configuration
    self.backend = backend
    tensors = model.parameters.map(\.tensor)
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

  /// The optimiser's part of a checkpoint: the weights and both moments by name, and the number of
  /// updates.
  package var state: (tensors: NamedTensors, updates: Int) {
    let named = stateTensors.map {
      NamedTensor(name: $0.name, shape: $0.tensor.shape, values: $0.tensor.values)
    }
    return (NamedTensors(named), moments.stepCount)
  }

  /// Restores a saved state.
  /// - Throws: `ModelFileError` when a tensor is missing or has another shape.
  package func restore(_ saved: NamedTensors, updates: Int, file: String) throws {
    for (name, tensor) in stateTensors {
      guard let found = saved[name] else { throw ModelFileError(file, .missingTensor(name)) }
      guard found.shape == tensor.shape else {
        throw ModelFileError(
          file, .wrongShape(tensor: name, expected: tensor.shape, found: found.shape))
      }
      tensor.fill(from: found.values)
    }
    moments.stepCount = updates
  }

  private var stateTensors: [(name: String, tensor: Tensor)] {
    model.parameters.enumerated().flatMap { index, parameter in
      [
        (name: parameter.name, tensor: parameter.tensor),
        (name: "adam.first." + parameter.name, tensor: moments.firstMoments[index]),
        (name: "adam.second." + parameter.name, tensor: moments.secondMoments[index]),
      ]
    }
  }
}
