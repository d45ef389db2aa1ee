package import Foundation
import TensorCore

/// A trained model as a Hugging Face folder: `config.json`, `model.safetensors`, `tokenizer.json`.
/// Weights in several files are read too: see `WeightFiles`.
///
/// Only bytes in memory: where they live is the caller's affair. The same model gives the same
/// bytes; raise the format of whatever stores them when they change.
package struct ModelFolder {
  package static let paths = ["config.json", "model.safetensors", "tokenizer.json"]

  package let model: Transformer
  package let tokenizer: WordTokenizer

  package static func files(
    of model: Transformer, tokenizer: WordTokenizer
  ) -> [(path: String, data: Data)] {
    let configuration = ConfigurationFile(
      configuration: model.configuration, vocabularySize: model.vocabularySize,
      endToken: tokenizer.endToken, padToken: tokenizer.padToken)
    return [
      ("config.json", configuration.encoded()),
      // transformers refuses weights that do not name their framework.
      ("model.safetensors", model.namedTensors.encoded(metadata: ["format": "pt"])),
      ("tokenizer.json", tokenizer.encoded()),
    ]
  }

  /// - Parameters:
  ///   - files: the paths in the folder.
  ///   - reading: the bytes of one of them.
  /// - Throws: `ModelFileError`, and whatever `reading` throws.
  package init(files: [String] = paths, reading: (String) throws -> Data) throws {
    let configuration = try ConfigurationFile(
      decoding: try reading("config.json"), file: "config.json")
    tokenizer = try WordTokenizer(
      decoding: try reading("tokenizer.json"), file: "tokenizer.json",
      endToken: configuration.endToken, padToken: configuration.padToken)
    guard tokenizer.vocabulary.count <= configuration.vocabularySize else {
      throw ModelFileError(
        "tokenizer.json",
        .malformed(
          "\(tokenizer.vocabulary.count) tokens are more than the vocab_size of "
            + "\(configuration.vocabularySize) in config.json"))
    }
    let weights = try WeightFiles.read(files: files, reading: reading)
    model = try Transformer(
      configuration: configuration.configuration, vocabularySize: configuration.vocabularySize,
      weights: weights.tensors, file: weights.file)
  }
}

extension Transformer {
  /// The weights as files hold them.
  package var namedTensors: NamedTensors {
    NamedTensors(
      parameters.map { parameter in
        let shape = parameter.tensor.shape
        let values = parameter.tensor.values
        return parameter.isTransposedInFiles
          ? NamedTensor(
            name: parameter.name, shape: shape.reversed(),
            values: transposed(values, rows: shape[0], columns: shape[1]))
          : NamedTensor(name: parameter.name, shape: shape, values: values)
      })
  }

  /// A model with the weights of a file.
  /// - Throws: `ModelFileError` when a tensor is missing, has another shape, or is one too many.
  package convenience init(
    configuration: ModelConfiguration, vocabularySize: Int, weights: NamedTensors, file: String
  ) throws {
    var used: Set<String> = []
    try self.init(configuration: configuration, vocabularySize: vocabularySize) { parameter in
      guard let tensor = weights[parameter.name] else {
        throw ModelFileError(file, .missingTensor(parameter.name))
      }
      let expected = parameter.isTransposedInFiles ? parameter.shape.reversed() : parameter.shape
      guard tensor.shape == expected else {
        throw ModelFileError(
          file,
          .wrongShape(tensor: parameter.name, expected: expected, found: tensor.shape))
      }
      used.insert(parameter.name)
      return parameter.isTransposedInFiles
        ? transposed(tensor.values, rows: tensor.shape[0], columns: tensor.shape[1])
        : tensor.values
    }
    if let stranger = weights.names.first(where: { !used.contains($0) && !isDerived($0) }) {
      throw ModelFileError(file, .unexpectedTensor(stranger))
    }
  }

  /// Tensors that some Llama files carry although they follow from the others: the frequencies of
  /// rotary embedding, and the head of a tied model.
  private func isDerived(_ name: String) -> Bool {
    name.hasSuffix(".rotary_emb.inv_freq")
      || (configuration.tiesEmbeddings && name == "lm_head.weight")
  }
}

/// [rows, columns] values as [columns, rows].
private func transposed(_ values: [Float], rows: Int, columns: Int) -> [Float] {
  var result = [Float](repeating: 0, count: values.count)
  for row in 0..<rows {
    for column in 0..<columns { result[column * rows + row] = values[row * columns + column] }
  }
  return result
}
