import ModelCore
import Reasoning
import TensorCore
import Testing

extension TrainingFixtures {
  /// The log-probabilities of the scored tokens, one sequence after the other, computed without a
  /// trainer.
  static func logProbabilities(
    _ sequences: [(tokens: [Int32], scored: [Bool])], _ model: Transformer,
    banned: [Int32] = []
  ) throws -> [Float] {
    let batch = PackedBatch(sequences: sequences)
    let tape = Tape(backend: CPUBackend(numerics: .exact, threads: 1), recording: false)
    let hidden = try model.forward(tape, tokens: batch.tokens, layout: batch.layout)
    return try tape.logProbabilities(
      hidden, table: model.lmHead, rows: batch.rows, targets: batch.targets, temperature: 1,
      banned: banned
    ).values
  }

  /// Settings under which a step leaves its whole gradient in the moments and moves hardly a
  /// weight.
  static func keepGradients(_ train: inout TrainConfiguration) {
    train.learningRate = 1e-9
    train.maxGradientNorm = 1e9
  }
}

/// Compares the gradients of a first update with the slopes of a loss by central differences, at
/// the largest entry of each parameter.
struct SlopeComparison {
  /// Half the distance of the two weights at which the loss is computed.
  var width: Float
  /// The error allowed, whatever the slope, and for each unit of it.
  var absolute: Double
  var relative: Double
  /// The slope from which a parameter counts as one that was compared.
  var visible: Double

  /// - Parameters:
  ///   - state: the state after one step with `TrainingFixtures.keepGradients`.
  ///   - model: a model with the weights before that step.
  ///   - computeLoss: the loss that the step lowered, of that model as it is when called.
  func expect(
    _ state: TrainingState, on model: Transformer, every stride: Int = 1,
    slopesOf computeLoss: () throws -> Double
  ) throws {
    let moments = state.moments.firstMoments
    var compared = 0
    for (index, parameter) in model.parameters.enumerated() where index % stride == 0 {
      var values = parameter.tensor.values
      // AdamW's first moment after one update is (1 - beta1) times the gradient.
      let gradients = moments[index].values.map { Double($0) / 0.1 }
      let place = gradients.indices.max { abs(gradients[$0]) < abs(gradients[$1]) } ?? 0
      let gradient = gradients[place]
      let original = values[place]
      func loss(at value: Float) throws -> Double {
        values[place] = value
        parameter.tensor.fill(from: values)
        defer {
          values[place] = original
          parameter.tensor.fill(from: values)
        }
        return try computeLoss()
      }
      let slope =
        (try loss(at: original + width) - loss(at: original - width))
        / Double((original + width) - (original - width))
      #expect(
        abs(slope - gradient) < absolute + relative * abs(slope),
        "\(parameter.name): \(gradient), by differences \(slope)")
      if abs(slope) > visible { compared += 1 }
    }
    #expect(compared > 2)
  }
}
