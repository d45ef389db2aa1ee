package import Foundation
import TensorCore

/// A trained model as a Hugging Face folder: `config.json`, `model.safetensors`, `tokenizer.json`,
/// and where a model has a chat template or several end tokens, the files that say so.
/// Weights in several files can be read too (see `WeightFiles`), and GGUF files (see `GGUFModel`).
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
    files(of: model, text: CheckpointText(tokenizer: tokenizer))
  }

  package static func files(
    of model: Transformer, text: CheckpointText
  ) -> [(path: String, data: Data)] {
    let configuration = ConfigurationFile(
      configuration: model.configuration, vocabularySize: model.vocabularySize,
      endTokens: text.endTokens, beginToken: text.beginToken, padToken: text.padToken)
    return [
      ("config.json", configuration.encoded()),
      // transformers rejects weights that do not name their framework.
      ("model.safetensors", model.namedTensors.encoded(metadata: ["format": "pt"])),
      ("tokenizer.json", text.tokenizer.encoded()),
    ] + text.files(contextLength: model.configuration.contextLength)
  }

  /// Opens a Hugging Face folder, or a folder that is one GGUF file.
  /// - Parameters:
  ///   - files: the paths in the folder.
  ///   - memory: the bytes of memory that this process may have.
  ///   - reading: returns the bytes of a file. Those of large files should be mapped into memory:
  ///     each value is read once.
  /// - Throws: `ModelFileError`, and the errors of `reading`.
  package init(
    files: [String] = paths, memory: UInt64 = ProcessInfo.processInfo.physicalMemory,
    reading: (String) throws -> Data
  ) throws {
    if let path = GGUFModel.path(among: files) {
      let source = try GGUFModel(decoding: try reading(path), file: path)
      let description = try ModelDescription(source, memory: memory)
      tokenizer = description.tokenizer
      endTokens = description.endTokens
      model = try source.transformer()
      return
    }
    let description = try ModelDescription(files: files, memory: memory, reading: reading)
    tokenizer = description.tokenizer
    endTokens = description.endTokens
    model = try Transformer(
      configuration: description.configuration, vocabularySize: description.vocabularySize,
      weights: try WeightFiles(files: files, reading: reading).weights(reading: reading))
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

  /// Makes a model with weights from files, one tensor at a time.
  /// - Throws: `ModelFileError` if a tensor is missing, has another shape, does not belong to the
  ///   model, holds values that are not finite, or is a derived tensor with wrong values.
  convenience init(
    configuration: ModelConfiguration, vocabularySize: Int, weights: any StoredWeights
  ) throws {
    try configuration.check(
      weights.shapes, vocabularySize: vocabularySize, file: weights.file)
    try self.init(
      configuration: configuration, vocabularySize: vocabularySize,
      tensors: { parameter in try weights.tensor(of: parameter) })
    let names = Set(parameters.map(\.name))
    for name in weights.shapes.keys.sorted() where !names.contains(name) {
      let derived = DerivedTensor(name, of: configuration)
      if let difference = try derived?.difference(of: name, in: weights, from: self) {
        throw ModelFileError(weights.file(of: name), .malformed(difference))
      }
    }
  }
}

/// Transposes [rows, columns] values to [columns, rows], in tiles that fit the processor's cache.
private func transposed(_ values: [Float], rows: Int, columns: Int) -> [Float] {
  let tile = 32
  var result = [Float](repeating: 0, count: values.count)
  for top in stride(from: 0, to: rows, by: tile) {
    let bottom = min(rows, top + tile)
    for left in stride(from: 0, to: columns, by: tile) {
      for column in left..<min(columns, left + tile) {
        for row in top..<bottom { result[column * rows + row] = values[row * columns + column] }
      }
    }
  }
  return result
}
