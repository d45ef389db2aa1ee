import Foundation
import ModelCore
import TensorCore
import Testing

/// Adapters made by peft, compared with what peft computed in double precision;
/// Reference/freeze_adapters.py made them. The tolerance is that of `ReferenceTests`.
@Suite struct `An adapter made by peft` {
  private static let tolerance = 2e-5

  private func logits(_ model: Transformer) throws -> [Float] {
    let batch = try ReferenceBatch()
    let tape = Tape(backend: CPUBackend(numerics: .exact, threads: 1), recording: false)
    let hidden = try model.forward(tape, tokens: batch.tokens, layout: batch.layout)
    return products(hidden.values, model.lmHead.values, size: model.configuration.hiddenSize)
  }

  private func difference(_ a: [Float], _ b: [Float]) -> Double {
    let distance = zip(a, b).reduce(0) { max($0, abs(Double($1.0) - Double($1.1))) }
    return distance / b.reduce(0) { max($0, abs(Double($1))) }
  }

  @Test(arguments: ReferenceAdapter.all)
  func `gives the loss and the logits that peft computes`(reference: ReferenceAdapter) throws {
    let model = try reference.model()
    let expected = try reference.values("logits")
    let found = try logits(model)
    #expect(found.count == expected.count)
    #expect(difference(found, expected) < Self.tolerance)
    #expect(difference(try logits(try #require(model.base)), expected) > 0.1, "the base differs")
    let batch = try ReferenceBatch()
    let tape = Tape(backend: CPUBackend(numerics: .exact, threads: 1), recording: false)
    let loss = batch.loss(of: try batch.logProbabilities(model, tape))
    let expectedLoss = Double(try reference.values("loss")[0])
    #expect(abs(loss - expectedLoss) < 4e-6 * expectedLoss)
  }

  @Test(arguments: ReferenceAdapter.all)
  func `learns with the gradients of peft, and its base with none`(
    reference: ReferenceAdapter
  ) throws {
    let batch = try ReferenceBatch()
    let model = try reference.model()
    try batch.backward(model, Tape(backend: CPUBackend(numerics: .exact, threads: 1)))
    for parameter in model.parameters where !parameter.isAdapter {
      #expect(parameter.tensor.gradient == nil, "\(parameter.name)")
    }
    let trained = model.trainedParameters
    #expect(trained.count > 0)
    for parameter in trained {
      let expected = try reference.values("gradient.base_model.model." + parameter.name)
      let shape = parameter.tensor.shape
      let gradient = transposed(
        parameter.tensor.gradientValues, rows: shape[0], columns: shape[1])
      #expect(difference(gradient, expected) < Self.tolerance, "\(parameter.name)")
    }
  }

  @Test(arguments: ReferenceAdapter.all)
  func `is written as peft writes it`(reference: ReferenceAdapter) throws {
    let model = try reference.model()
    let text = CheckpointText(tokenizer: try ReferenceModel.tokenizer())
    let files = Dictionary(
      uniqueKeysWithValues: AdapterFolder.files(of: model, text: text).map { ($0.path, $0.data) })
    let written = try NamedTensors(
      decoding: try #require(files[AdapterFolder.weights]), file: "written")
    let given = try NamedTensors(
      decoding: try reference.file(AdapterFolder.weights), file: "given")
    #expect(written == given)
    let config = try AdapterFile(decoding: try #require(files[AdapterFile.path]))
    #expect(config.shape == model.adapter)
    #expect(config.baseName == nil)
    let again = try reference.model(replacing: files)
    #expect(try logits(again) == logits(model))
  }

  @Test(arguments: ReferenceAdapter.all)
  func `is a whole model once it is merged`(reference: ReferenceAdapter) throws {
    let model = try reference.model()
    let text = CheckpointText(tokenizer: try ReferenceModel.tokenizer())
    let expected = try reference.values("logits")
    // PyTorch's own rounding of merged weights moves these logits by up to 0.0045 and 0.23.
    let bounds: [WeightPrecision: Double] = [.float32: 2e-5, .float16: 5e-3, .bfloat16: 0.3]
    for precision in WeightPrecision.allCases {
      let files = Dictionary(
        uniqueKeysWithValues: try AdapterFolder.mergedFiles(
          of: model, text: text, precision: precision
        ).map { ($0.path, $0.data) })
      let merged = try ModelFolder { try #require(files[$0]) }.model
      #expect(merged.base == nil && merged.adapter == nil)
      let found = difference(try logits(merged), expected)
      #expect(found < (try #require(bounds[precision])), "\(precision): \(found)")
      #expect(merged.configuration == model.configuration, "no limit is read into the file")
    }
  }
}

@Suite struct `Weights of 16 bits` {
  @Test func `are those nearest to a value`() {
    func half(_ value: Float) -> UInt16 {
      var bytes = Data()
      WeightPrecision.float16.append(value, to: &bytes)
      return UInt16(bytes[0]) | UInt16(bytes[1]) << 8
    }
    let known: [(Float, UInt16)] = [
      (0, 0), (-0.0, 0x8000), (1, 0x3c00), (-2, 0xc000), (65504, 0x7bff), (0x1p-24, 1),
      (0x1p-14, 0x0400), (1 + 0x1p-11, 0x3c00), (1 + 3 * 0x1p-11, 0x3c02), (0x1p-25, 0),
      (0x1.8p-24, 2), (0x1p-14 - 0x1p-26, 0x0400), (0.1, 0x2e66),
    ]
    for (value, expected) in known { #expect(half(value) == expected, "\(value)") }
  }
}
