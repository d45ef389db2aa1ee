import Foundation
import ModelCore
import TensorCore
import Testing

/// A model that Reference/freeze_reference.py froze: a folder of this name beside the script.
struct ReferenceModel: CustomStringConvertible {
  let name: String
  var description: String { name }

  static let all = [
    "llama", "llama_grouped", "qwen2", "qwen3", "qwen3_sliding", "laconic", "laconic_sliding",
    "llama3", "llama_linear", "qwen2_yarn", "gemma3", "gemma3_linear",
  ].map { ReferenceModel(name: $0) }

  func file(_ path: String) throws -> Data { try referenceFile("\(name)/\(path)") }

  func values(_ tensor: String) throws -> [Float] {
    let values = try NamedTensors(decoding: try file("values.safetensors"), file: name)
    return try #require(values[tensor], "\(tensor)").values
  }

  /// The model in the folder, which transformers wrote if it knows the family.
  func folder() throws -> ModelFolder {
    try ModelFolder { path in
      path == "tokenizer.json" ? try Self.tokenizer().encoded() : try file(path)
    }
  }

  func model() throws -> Transformer { try folder().model }

  static func tokenizer() throws -> WordTokenizer {
    try WordTokenizer(
      vocabulary: (0..<60).map { "w\($0)" }, end: "w1", pad: nil)
  }
}

/// The tokens and the loss of the frozen models: Σ weight · -log p / count, at temperature 0.8.
struct ReferenceBatch {
  let tokens: [Int32]
  let layout: SequenceLayout
  private let targets: [Int32]
  private let lossWeights: [Float]

  init() throws {
    let file = try NamedTensors(
      decoding: try referenceFile("inputs.safetensors"), file: "inputs.safetensors")
    func values(_ name: String) throws -> [Float] { try #require(file[name]).values }
    tokens = try values("tokens").map { Int32($0) }
    layout = SequenceLayout(lengths: try values("lengths").map { Int($0) })
    targets = try values("targets").map { Int32($0) }
    lossWeights = try values("loss_weights")
  }

  func logProbabilities(_ model: Transformer, _ tape: Tape) throws -> Tensor {
    let hidden = try model.forward(tape, tokens: tokens, layout: layout)
    return try tape.logProbabilities(
      hidden, table: model.lmHead, rows: targets.indices.map { Int32($0) }, targets: targets,
      temperature: 0.8)
  }

  func loss(of logProbabilities: Tensor) -> Double {
    let sum = zip(logProbabilities.values, lossWeights).reduce(0.0) {
      $0 - Double($1.0) * Double($1.1)
    }
    return sum / Double(targets.count)
  }

  @discardableResult
  func backward(_ model: Transformer, _ tape: Tape) throws -> Double {
    let output = try logProbabilities(model, tape)
    try tape.backward(from: output, seed: lossWeights.map { -$0 / Float(targets.count) })
    return loss(of: output)
  }
}

func referenceFile(_ path: String) throws -> Data {
  let folder = try #require(Bundle.module.resourceURL)
  return try Data(contentsOf: folder.appending(path: "Reference/\(path)"))
}

/// The dot product of every row of `a` with every row of `b`; both have rows of `size` values.
func products(_ a: [Float], _ b: [Float], size: Int) -> [Float] {
  (0..<a.count / size).flatMap { row in
    (0..<b.count / size).map { column in
      Float(
        (0..<size).reduce(0.0) {
          $0 + Double(a[row * size + $1]) * Double(b[column * size + $1])
        })
    }
  }
}

func transposed(_ values: [Float], rows: Int, columns: Int) -> [Float] {
  (0..<values.count).map { values[$0 % rows * columns + $0 / rows] }
}
