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
    contents(of: model, text: text).map { ($0.path, $0.contents.data) }
  }

  /// The contents of a file of a model, which are made when they are written.
  package enum Contents {
    case bytes(Data)
    case weights([TensorInFile], metadata: [String: String])

    /// Hands over the bytes in pieces: weights are never in memory a second time.
    package func write(to write: (Data) throws -> Void) rethrows {
      switch self {
      case .bytes(let data): try write(data)
      case .weights(let tensors, let metadata):
        try SafetensorsWriter.write(tensors, metadata: metadata, to: write)
      }
    }

    /// All bytes, for a small file or model.
    var data: Data {
      var data = Data()
      write { data.append($0) }
      return data
    }
  }

  package static func contents(
    of model: Transformer, text: CheckpointText
  ) -> [(path: String, contents: Contents)] {
    contents(
      of: model, text: text,
      // transformers rejects weights that do not name their framework.
      weights: .weights(model.parameters.map(TensorInFile.init), metadata: ["format": "pt"]),
      precision: .float32)
  }

  /// The same with other weights than those of the model, and their precision.
  static func contents(
    of model: Transformer, text: CheckpointText, weights: Contents, precision: WeightPrecision
  ) -> [(path: String, contents: Contents)] {
    let configuration = ConfigurationFile(
      configuration: model.configuration, vocabularySize: model.vocabularySize,
      endTokens: text.endTokens, beginToken: text.beginToken, padToken: text.padToken,
      precision: precision)
    return [
      ("config.json", .bytes(configuration.encoded())),
      (WeightFiles.single, weights),
      ("tokenizer.json", .bytes(text.tokenizer.encoded())),
    ]
      + text.files(contextLength: model.configuration.contextLength).map {
        ($0.path, .bytes($0.data))
      }
  }

  /// Opens a Hugging Face folder, or a folder that is one GGUF file.
  /// - Parameters:
  ///   - files: the paths in the folder.
  ///   - memory: the bytes of memory that this process may have.
  ///   - use: the use of the weights. Those of an adapter's base are only read in any case.
  ///   - base: the frozen model that an adapter adapts, if it is in memory already.
  ///   - reading: returns the bytes of a file. Those of large files should be mapped into memory:
  ///     each value is read once.
  /// - Throws: `ModelFileError`, and the errors of `reading`.
  package init(
    files: [String] = paths, memory: UInt64 = ProcessInfo.processInfo.physicalMemory,
    for use: WeightUse = .trained, base: Transformer? = nil, reading: (String) throws -> Data
  ) throws {
    if let folder = AdapterFolder(files: files) {
      let description = try ModelDescription(
        folder, memory: memory, reading: reading, shapes: nil)
      tokenizer = description.tokenizer
      endTokens = description.endTokens
      model = try Transformer(
        base: try base ?? folder.frozenBase(memory: memory, reading: reading),
        adapter: description.adapter ?? LoRAShape(),
        weights: try folder.openWeights(reading: reading))
      return
    }
    if let path = GGUFModel.path(among: files) {
      let source = try GGUFModel(decoding: try reading(path), file: path)
      let description = try ModelDescription(source, memory: memory, for: use)
      tokenizer = description.tokenizer
      endTokens = description.endTokens
      model = try source.transformer(for: use)
      return
    }
    var description = try ModelDescription(files: files, reading: reading)
    if use == .trained { try description.checkMemory(memory, for: use) }
    let weights = try WeightFiles(files: files, reading: reading).weights(reading: reading)
    if use == .onlyRead {
      description.setKeptForms { (try? weights.format(of: $0))?.keptForm }
      try description.checkMemory(memory, for: use)
    }
    tokenizer = description.tokenizer
    endTokens = description.endTokens
    model = try Transformer(
      configuration: description.configuration, vocabularySize: description.vocabularySize,
      weights: weights, for: use)
  }

  /// Opens a model on disk: a Hugging Face folder, or a GGUF file.
  /// - Parameters:
  ///   - memory: the bytes of memory that this process may have.
  ///   - use: the use of the weights.
  /// - Throws: `ModelFileError`, also if a file cannot be read.
  package init(path: String, memory: UInt64, for use: WeightUse) throws {
    let isFile = GGUFModel.isFile(path)
    let files =
      isFile ? [(path as NSString).lastPathComponent] : try CheckpointFiles.names(in: path)
    try self.init(files: files, memory: memory, for: use) { name in
      try CheckpointFiles.mapped(isFile ? path : path + "/" + name)
    }
  }
}

extension Transformer {
  /// The weights in the layout of files.
  package var namedTensors: NamedTensors {
    NamedTensors(parameters.map(\.inFileLayout))
  }

  /// Makes a model with weights from files, one tensor at a time. A model whose weights are only
  /// read needs no gradients.
  /// - Throws: `ModelFileError` if a tensor is missing, has another shape, does not belong to the
  ///   model, holds values that are not finite, or is a derived tensor with wrong values.
  convenience init(
    configuration: ModelConfiguration, vocabularySize: Int, weights: any StoredWeights,
    for use: WeightUse
  ) throws {
    try configuration.check(
      weights.shapes, vocabularySize: vocabularySize, file: weights.file)
    try self.init(
      configuration: configuration, vocabularySize: vocabularySize,
      tensors: { parameter in try weights.tensor(of: parameter, for: use) })
    if use == .onlyRead { requiresGradient = false }
    let names = Set(parameters.map(\.name))
    for name in weights.shapes.keys.sorted() where !names.contains(name) {
      let derived = DerivedTensor(name, of: configuration)
      if let difference = try derived?.difference(of: name, in: weights, from: self) {
        throw ModelFileError(weights.file(of: name), .malformed(difference))
      }
    }
  }
}

extension Parameter {
  /// The values in the layout of files.
  var inFileLayout: NamedTensor {
    let shape = tensor.shape
    return isTransposedInFiles
      ? NamedTensor(
        name: name, shape: shape.reversed(),
        values: transposed(tensor.values, rows: shape[0], columns: shape[1]))
      : NamedTensor(name: name, shape: shape, values: tensor.values)
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
