package import Foundation
import TensorCore

/// A trained model as a Hugging Face folder: `config.json`, `model.safetensors`, `tokenizer.json`.
/// Weights in several files can be read too: see `WeightFiles`.
///
/// This type handles bytes in memory; the caller decides where they are stored. The same model
/// always gives the same bytes. If the bytes change, raise the format version of whatever stores
/// them.
package struct ModelFolder {
  package static let paths = ["config.json", "model.safetensors", "tokenizer.json"]

  package let model: Transformer
  package let tokenizer: any Tokenizer
  /// The tokens that end responses, without repeats.
  package let endTokens: [Int32]

  package static func files(
    of model: Transformer, tokenizer: any Tokenizer
  ) -> [(path: String, data: Data)] {
    let configuration = ConfigurationFile(
      configuration: model.configuration, vocabularySize: model.vocabularySize,
      endTokens: tokenizer.endToken.map { [$0] } ?? [], padToken: tokenizer.padToken)
    return [
      ("config.json", configuration.encoded()),
      // transformers rejects weights that do not name their framework.
      ("model.safetensors", model.namedTensors.encoded(metadata: ["format": "pt"])),
      ("tokenizer.json", tokenizer.encoded()),
    ]
  }

  /// - Parameters:
  ///   - files: the paths in the folder.
  ///   - reading: returns the bytes of a file.
  /// - Throws: `ModelFileError`, and the errors of `reading`.
  package init(files: [String] = paths, reading: (String) throws -> Data) throws {
    let description = try ModelDescription(files: files, reading: reading)
    tokenizer = description.tokenizer
    endTokens = description.endTokens
    let weights = try WeightFiles(files: files, reading: reading)
    model = try Transformer(
      configuration: description.configuration, vocabularySize: description.vocabularySize,
      weights: try weights.tensors(reading: reading), file: weights.file)
  }
}

extension Transformer {
  /// The weights in the layout of files.
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

  /// Makes a model with the weights of a file.
  /// - Throws: `ModelFileError` if a tensor is missing, has another shape, does not belong to the
  ///   model, or is a derived tensor with wrong values.
  package convenience init(
    configuration: ModelConfiguration, vocabularySize: Int, weights: NamedTensors, file: String
  ) throws {
    try configuration.check(
      Dictionary(uniqueKeysWithValues: weights.tensors.map { ($0.name, $0.shape) }),
      vocabularySize: vocabularySize, file: file)
    try self.init(configuration: configuration, vocabularySize: vocabularySize) { parameter in
      guard let tensor = weights[parameter.name] else {
        throw ModelFileError(file, .missingTensor(parameter.name))
      }
      return parameter.isTransposedInFiles
        ? transposed(tensor.values, rows: tensor.shape[0], columns: tensor.shape[1])
        : tensor.values
    }
    let names = Set(parameters.map(\.name))
    for tensor in weights.tensors where !names.contains(tensor.name) {
      let derived = DerivedTensor(tensor.name, of: configuration)
      if let difference = derived?.difference(of: tensor, in: self) {
        throw ModelFileError(file, .malformed(difference))
      }
    }
  }
}

/// Transposes [rows, columns] values to [columns, rows].
private func transposed(_ values: [Float], rows: Int, columns: Int) -> [Float] {
  var result = [Float](repeating: 0, count: values.count)
  for row in 0..<rows {
    for column in 0..<columns { result[column * rows + row] = values[row * columns + column] }
  }
  return result
}
