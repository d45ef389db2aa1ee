import Foundation
import ModelCore
import TensorCore
import Testing

/// Against values that PyTorch computed in double precision; Reference/freeze_reference.py made them.
@Suite struct ReferenceTests {
  struct Variant: CustomTestStringConvertible {
    let convolution: Bool
    let tied: Bool
    var prefix: String { (convolution ? "conv" : "plain") + (tied ? "_tied." : "_untied.") }
    var testDescription: String { prefix }
  }

  static let variants = [false, true].flatMap { convolution in
    [false, true].map { Variant(convolution: convolution, tied: $0) }
  }

  @Test(arguments: variants)
  func `the loss and the logits are PyTorch's`(variant: Variant) throws {
    let reference = try Reference(variant)
    let tape = Tape(backend: CPUBackend(numerics: .exact, threads: 1), recording: false)
    let model = try reference.model()
    let hidden = try model.forward(tape, tokens: reference.tokens, layout: reference.layout)
    let expected = try reference.values(variant.prefix + "logits")
    let logits = products(hidden.values, model.outputTable.values, size: 32)
    #expect(logits.count == expected.count)
    #expect(largestDifference(logits, expected) < 2e-5 * largest(expected))

    let loss = try reference.loss(model, tape)
    let expectedLoss = Double(try reference.values(variant.prefix + "loss")[0])
    #expect(abs(loss - expectedLoss) < 2e-6 * expectedLoss)
  }

  @Test(arguments: variants)
  func `the gradient of every tensor is PyTorch's`(variant: Variant) throws {
    let reference = try Reference(variant)
    let model = try reference.model()
    let tape = Tape(backend: CPUBackend(numerics: .exact, threads: 1))
    try reference.backward(model, tape)
    for parameter in model.parameters {
      let expected = try reference.values(variant.prefix + "gradient." + parameter.name)
      let shape = parameter.tensor.shape
      var gradient = parameter.tensor.gradientValues
      if parameter.isTransposedInFiles {
        gradient = transposed(gradient, rows: shape[0], columns: shape[1])
      }
      #expect(gradient.count == expected.count)
      let difference = largestDifference(gradient, expected)
      let bound = 2e-5 * largest(expected)
      #expect(largest(expected) > 0, "\(parameter.name) has a gradient to compare")
      #expect(difference < bound, "\(parameter.name): \(difference) of \(largest(expected))")
    }
  }

  @Test(arguments: variants)
  func `a few steps of AdamW with clipping lose as PyTorch does`(variant: Variant) throws {
    let reference = try Reference(variant)
    let model = try reference.model()
    let backend = CPUBackend(numerics: .exact, threads: 2)
    let state = AdamWState(parameters: model.parameters.map(\.tensor))
    let settings = AdamW(
      learningRate: 1e-2, beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: 0.01)
    for expected in try reference.values(variant.prefix + "adamw_losses") {
      state.zeroGradients()
      let loss = try reference.backward(model, Tape(backend: backend))
      #expect(abs(loss - Double(expected)) < 2e-5 * Double(expected))
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

  /// Every row of `a` times every row of `b`, both of rows `size` wide.
  private func products(_ a: [Float], _ b: [Float], size: Int) -> [Float] {
    (0..<a.count / size).flatMap { row in
      (0..<b.count / size).map { column in
        Float(
          (0..<size).reduce(0.0) {
            $0 + Double(a[row * size + $1]) * Double(b[column * size + $1])
          })
      }
    }
  }

  private func transposed(_ values: [Float], rows: Int, columns: Int) -> [Float] {
    (0..<values.count).map { values[$0 % rows * columns + $0 / rows] }
  }
}

/// What the script froze.
private struct Reference {
  let variant: ReferenceTests.Variant
  let file: NamedTensors
  let tokens: [Int32]
  let layout: SequenceLayout
  let targets: [Int32]
  let lossWeights: [Float]

  init(_ variant: ReferenceTests.Variant) throws {
    let url = try #require(
      Bundle.module.url(
        forResource: "reference", withExtension: "safetensors", subdirectory: "Reference"))
    let file = try NamedTensors(decoding: Data(contentsOf: url), file: "reference.safetensors")
    func values(_ name: String) throws -> [Float] { try #require(file[name]).values }
    self.variant = variant
    self.file = file
    tokens = try values("tokens").map { Int32($0) }
    layout = SequenceLayout(lengths: try values("lengths").map { Int($0) })
    targets = try values("targets").map { Int32($0) }
    lossWeights = try values("loss_weights")
  }

  func values(_ name: String) throws -> [Float] { try #require(file[name], "\(name)").values }

  func model() throws -> Transformer {
    let prefix = "weights."
    let weights = file.tensors.compactMap { tensor -> NamedTensor? in
      guard tensor.name.hasPrefix(prefix) else { return nil }
      let name = String(tensor.name.dropFirst(prefix.count))
      if !variant.convolution, name.contains("short_conv") { return nil }
      if variant.tied, name == "lm_head.weight" { return nil }
      return NamedTensor(name: name, shape: tensor.shape, values: tensor.values)
    }
    return try Transformer(
      configuration: smallConfiguration(convolution: variant.convolution, tied: variant.tied),
      vocabularySize: smallVocabularySize, weights: NamedTensors(weights),
      file: "reference.safetensors")
  }

  func loss(_ model: Transformer, _ tape: Tape) throws -> Double {
    loss(of: try logProbabilities(model, tape))
  }

  @discardableResult
  func backward(_ model: Transformer, _ tape: Tape) throws -> Double {
    let output = try logProbabilities(model, tape)
    try tape.backward(from: output, seed: lossWeights.map { -$0 / Float(targets.count) })
    return loss(of: output)
  }

  private func logProbabilities(_ model: Transformer, _ tape: Tape) throws -> Tensor {
    let hidden = try model.forward(tape, tokens: tokens, layout: layout)
    return try tape.logProbabilities(
      hidden, table: model.outputTable, rows: (0..<Int32(targets.count)).map { $0 },
      targets: targets, temperature: 0.8)
  }

  private func loss(of logProbabilities: Tensor) -> Double {
    let sum = zip(logProbabilities.values, lossWeights).reduce(0.0) {
      $0 - Double($1.0) * Double($1.1)
    }
    return sum / Double(targets.count)
  }
}
