import ModelCore
import TensorCore
import Testing

/// Whole models compared with values that PyTorch computed in double precision, with transformers'
/// own modules if it has them; Reference/freeze_reference.py made the values.
///
/// Tolerances are relative to the largest value of a tensor: single precision over two or three
/// layers leaves errors of a few 1e-6.
@Suite struct ReferenceTests {
  private static let tolerance = 2e-5

  @Test(arguments: ReferenceModel.all)
  func `the loss and the logits are PyTorch's`(reference: ReferenceModel) throws {
    let batch = try ReferenceBatch()
    let tape = Tape(backend: CPUBackend(numerics: .exact, threads: 1), recording: false)
    let model = try reference.model()
    let hidden = try model.forward(tape, tokens: batch.tokens, layout: batch.layout)
    let expected = try reference.values("logits")
    let logits = products(
      hidden.values, model.lmHead.values, size: model.configuration.hiddenSize)
    #expect(logits.count == expected.count)
    let difference = largestDifference(logits, expected) / largest(expected)
    #expect(difference < Self.tolerance)
    report(reference, "logits", (difference, "logits"))

    let loss = batch.loss(of: try batch.logProbabilities(model, tape))
    let expectedLoss = Double(try reference.values("loss")[0])
    #expect(abs(loss - expectedLoss) < 2e-6 * expectedLoss)
  }

  @Test(arguments: ReferenceModel.all)
  func `the gradient of every tensor is PyTorch's`(reference: ReferenceModel) throws {
    let batch = try ReferenceBatch()
    let model = try reference.model()
    let tape = Tape(backend: CPUBackend(numerics: .exact, threads: 1))
    try batch.backward(model, tape)
    var worst = (0.0, "none")
    for parameter in model.parameters {
      let expected = try reference.values("gradient." + parameter.name)
      let shape = parameter.tensor.shape
      var gradient = parameter.tensor.gradientValues
      if parameter.isTransposedInFiles {
        gradient = transposed(gradient, rows: shape[0], columns: shape[1])
      }
      #expect(gradient.count == expected.count)
      #expect(largest(expected) > 0, "\(parameter.name) has a gradient to compare")
      let difference = largestDifference(gradient, expected) / largest(expected)
      #expect(difference < Self.tolerance, "\(parameter.name)")
      if difference > worst.0 { worst = (difference, parameter.name) }
    }
    report(reference, "gradients", worst)
  }

  @Test(arguments: ReferenceModel.all)
  func `ten steps of AdamW with clipping lose as PyTorch does`(reference: ReferenceModel) throws {
    let batch = try ReferenceBatch()
    let model = try reference.model()
    let backend = CPUBackend(numerics: .exact, threads: 2)
    let state = AdamWState(parameters: model.parameters.map(\.tensor))
    let settings = AdamW(
      learningRate: 1e-2, beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: 0.01)
    let losses = try reference.values("adamw_losses")
    #expect(losses.count == 10)
    for expected in losses {
      state.zeroGradients()
      let loss = try batch.backward(model, Tape(backend: backend))
      // Losses fall from about 4 to nearly 0, and an optimizer that divides by the size of a
      // gradient amplifies small differences. Therefore the bound is absolute, with a relative part
      // for large losses.
      #expect(abs(loss - Double(expected)) < 1e-4 + 2e-5 * Double(expected))
      clipGradientNorm(model.parameters.map(\.tensor), maxNorm: 1, backend: backend)
      state.step(settings, backend: backend)
    }
  }

  private func largestDifference(_ a: [Float], _ b: [Float]) -> Double {
    zip(a, b).reduce(0) { max($0, abs(Double($1.0) - Double($1.1))) }
  }

  private func largest(_ values: [Float]) -> Double {
    values.reduce(0) { max($0, abs(Double($1))) }
  }

  /// Prints the largest difference of a model, relative to the largest value of its tensor.
  private func report(_ model: ReferenceModel, _ what: String, _ worst: (Double, String)) {
    print("\(model) \(what): largest difference \(worst.0), of \(worst.1)")
  }
}
