import Foundation
import ModelCore
import TensorCore
import Testing

/// `MemoryTests`, `TransformerTests` and `MixerSeamTests` run it too, as the plan `gated`.
@Suite struct MinGRUTests {
  private var configuration: ModelConfiguration {
    var configuration = ModelConfiguration()
    configuration.hiddenSize = 4
    configuration.headCount = 2
    configuration.layerCount = 1
    configuration.intermediateSize = 2
    configuration.layers = ["min_gru"]
    return configuration
  }

  @Test func `every channel follows the paper's recurrence`() throws {
    let model = try smallModel(configuration)
    func values(_ name: String) throws -> [Double] {
      try #require(model.parameters.first { $0.name == name }).tensor.values.map { Double($0) }
    }
    func norm(_ x: [Double], _ weight: [Double]) -> [Double] {
      let scale = 1 / (x.reduce(0) { $0 + $1 * $1 } / 4 + 1e-6).squareRoot()
      return zip(x, weight).map { $0 * scale * $1 }
    }
    func product(_ x: [Double], _ weight: [Double]) -> [Double] {
      (0..<4).map { column in (0..<4).reduce(0) { $0 + x[$1] * weight[4 * $1 + column] } }
    }
    // Only the recurrence adds to the residual stream.
    let down = try #require(model.parameters.first { $0.name.hasSuffix("down_proj.weight") })
    down.tensor.fill(from: [Float](repeating: 0, count: down.tensor.count))
    let layer = "model.layers.0."
    let table = try values("model.embed_tokens.weight")
    let (inputNorm, finalNorm) = (
      try values(layer + "input_layernorm.weight"), try values("model.norm.weight")
    )
    let gate = try values(layer + "min_gru.gate_proj.weight")
    let candidate = try values(layer + "min_gru.h_proj.weight")
    let output = try values(layer + "min_gru.o_proj.weight")

    let tokens: [Int32] = [3, 7, 1, 7]
    var h = [0.0, 0, 0, 0]
    var expected: [Double] = []
    for token in tokens {
      let x = Array(table[4 * Int(token)..<4 * Int(token) + 4])
      let normed = norm(x, inputNorm)
      let z = product(normed, gate).map { 1 / (1 + exp(-$0)) }
      let c = product(normed, candidate)
      h = (0..<4).map { (1 - z[$0]) * h[$0] + z[$0] * c[$0] }
      expected += norm(zip(x, product(h, output)).map { $0 + $1 }, finalNorm)
    }
    let tape = Tape(backend: CPUBackend(numerics: .exact, threads: 1), recording: false)
    let found = try model.forward(tape, tokens: tokens, layout: SequenceLayout(lengths: [4]))
    for (a, b) in zip(found.values, expected) { #expect(abs(Double(a) - b) < 1e-5, "\(a) \(b)") }
  }

  @Test func `a saved model comes back with its plan`() throws {
    var configuration = smallConfiguration(convolution: false, tied: true)
    configuration.layers = ["min_gru", "full"]
    let model = try smallModel(configuration)
    let tokenizer = try WordTokenizer(
      vocabulary: (0..<smallVocabularySize).map { "w\($0)" }, end: "w1", pad: nil)
    let files = ModelFolder.files(of: model, tokenizer: tokenizer)
    let folder = try ModelFolder { path in
      try #require(files.first { $0.path == path }).data
    }
    #expect(folder.model.configuration == configuration)
    #expect(folder.model.namedTensors == model.namedTensors)
  }

  @Test func `only products with its matrices cost anything`() throws {
    let cost = ModelCost(of: try smallModel(configuration))
    #expect(cost.perToken == 2 * (3 * 4 * 4 + 3 * 4 * 2))
    #expect(cost.run(0..<10) == 10 * cost.perToken)
  }
}
