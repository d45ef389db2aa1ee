import Fields
package import Foundation

/// A folder in PEFT's layout: `adapter_config.json`, `adapter_model.safetensors`, perhaps a
/// tokenizer; and the model that it adapts below `base/`, a Hugging Face folder or one GGUF file.
///
/// Files about text may be the adapter's own; those that it lacks are its base's.
package struct AdapterFolder {
  package static let weights = "adapter_model.safetensors"
  /// The beginning of the paths of the base's files.
  package static let basePrefix = "base/"
  /// The beginning of tensors' names in files.
  static let tensorPrefix = "base_model.model."

  /// The files of the adapter, and those of its base as they are called there.
  let own: [String]
  package let base: [String]

  /// Nil for a folder that is no adapter.
  package init?(files: [String]) {
    guard files.contains(AdapterFile.path) else { return nil }
    own = files.filter { !$0.hasPrefix(Self.basePrefix) }
    base = files.filter { $0.hasPrefix(Self.basePrefix) }
      .map { String($0.dropFirst(Self.basePrefix.count)) }
  }

  /// The files about text, by their names in a model folder.
  package var textFiles: [String] { Array(Set(own + (isOverGGUF ? [] : base))).sorted() }

  /// The path of one of `textFiles` in this folder. The shape of the model is its base's.
  package func path(ofText file: String) -> String {
    own.contains(file) && file != "config.json" ? file : Self.basePrefix + file
  }

  /// True if the base is a GGUF file, whose text is in the file.
  package var isOverGGUF: Bool { GGUFModel.path(among: base) != nil }

  /// Reads the base.
  func inBase<Value>(_ read: () throws -> Value) throws -> Value {
    guard !base.isEmpty else {
      throw ModelFileError(
        AdapterFile.path,
        .malformed(
          "this is an adapter, and the model that it adapts is not here: write 'base: FOLDER' "
            + "beside 'checkpoint'"))
    }
    guard !base.contains(AdapterFile.path) else {
      throw ModelFileError(
        Self.basePrefix + AdapterFile.path,
        .unsupported("the model that is adapted is an adapter itself"))
    }
    do {
      return try read()
    } catch var error as ModelFileError {
      if !own.contains(error.file) { error.file = Self.basePrefix + error.file }
      throw error
    }
  }

  /// Reads the model that is adapted. Nothing trains it, so that adapters may share it.
  /// - Parameters:
  ///   - use: `trained` for a backend that reads no kept weights.
  ///   - reading: returns the bytes of a file of this folder.
  package func frozenBase(
    memory: UInt64, for use: WeightUse = .onlyRead, reading: (String) throws -> Data
  ) throws -> Transformer {
    try inBase {
      let model = try ModelFolder(files: base, memory: memory, for: use) {
        try reading(Self.basePrefix + $0)
      }.model
      model.requiresGradient = false
      return model
    }
  }

  /// Opens the adapter's weights; values are decoded when they are asked for.
  func openWeights(reading: (String) throws -> Data) throws -> SafetensorsWeights {
    let file = try weightsFile()
    let source = try SafetensorsFile(decoding: try reading(file), file: file)
    return SafetensorsWeights(
      file: file,
      source.header.entries.map {
        SafetensorsWeights.Place(part: file, source: source, entry: $0)
      })
  }

  /// Reads the shape of every tensor, from the header only.
  func shapes(head: ModelDescription.Head) throws -> [String: [Int]] {
    let file = try weightsFile()
    let (start, size) = try head(file, 8)
    let length = try SafetensorsHeader.length(of: Array(start), fileSize: size, file: file)
    let header = try head(file, length)
    let entries = try SafetensorsHeader(
      decoding: Array(header.bytes), fileSize: header.size, file: file
    ).entries
    return Dictionary(entries.map { ($0.name, $0.shape) }, uniquingKeysWith: { first, _ in first })
  }

  private func weightsFile() throws(ModelFileError) -> String {
    guard own.contains(Self.weights) else {
      throw ModelFileError(
        Self.weights,
        own.contains("adapter_model.bin")
          ? .unsupported("no such file; 'adapter_model.bin' is not read instead") : .absent)
    }
    return Self.weights
  }

  // MARK: Writing

  /// The files of an adapter, without those of its base.
  /// - Parameter baseName: the path of the base; nil where its place is not the file's to say.
  package static func files(
    of model: Transformer, text: CheckpointText, baseName: String? = nil
  ) -> [(path: String, data: Data)] {
    contents(of: model, text: text, baseName: baseName).map { ($0.path, $0.contents.data) }
  }

  /// The contents of the same files, which are made when they are written.
  package static func contents(
    of model: Transformer, text: CheckpointText, baseName: String? = nil
  ) -> [(path: String, contents: ModelFolder.Contents)] {
    precondition(model.adapter != nil, "a model with an adapter")
    let texts = text.filesWithEnds(contextLength: model.configuration.contextLength)
    return [
      (
        AdapterFile.path,
        .bytes(
          AdapterFile.encoded(
            model.adapter ?? LoRAShape(), over: model.configuration, baseName: baseName))
      ),
      (weights, .weights(model.adapterTensorsInFile, metadata: ["format": "pt"])),
      (TokenizerFile.path, .bytes(text.tokenizer.encoded())),
    ] + texts.map { ($0.path, .bytes($0.data)) }
  }
}

extension LoRAShape {
  /// Checks that tensors are those of this adapter over a model of a shape.
  /// - Throws: `ModelFileError` if a target is no layer of the model, or if a tensor is missing,
  ///   has another shape, or does not belong to the adapter.
  func check(
    _ shapes: [String: [Int]], over configuration: ModelConfiguration, file: String
  ) throws(ModelFileError) {
    if let unknown = unknownTarget(in: configuration) {
      throw ModelFileError(AdapterFile.path, .malformed("target_modules: " + unknown.sentence))
    }
    let parameters = configuration.parameterDescriptions(vocabularySize: 1, adapter: self)
      .filter(\.isAdapter)
    var names: Set<String> = []
    for parameter in parameters {
      let name = AdapterFolder.tensorPrefix + parameter.name
      names.insert(name)
      guard let found = shapes[name] else { throw ModelFileError(file, .missingTensor(name)) }
      guard found != parameter.shapeInFiles else { continue }
      let place = name.hasSuffix(LoRALinear.downSuffix) ? 0 : 1
      if found.count == 2, found[place] != rank {
        throw ModelFileError(
          file,
          .malformed(
            "tensor '\(name)' has rank \(found[place]), and r is \(rank) in \(AdapterFile.path)"))
      }
      throw ModelFileError(
        file, .wrongShape(tensor: name, expected: parameter.shapeInFiles, found: found))
    }
    if let name = shapes.keys.sorted().first(where: { !names.contains($0) }) {
      throw ModelFileError(file, .unexpectedTensor(name))
    }
  }
}

extension Transformer {
  /// Makes a model with an adapter from files.
  /// - Throws: `ModelFileError` if the tensors are not those of the adapter, or hold values that
  ///   are not finite.
  convenience init(
    base: Transformer, adapter: LoRAShape, weights: SafetensorsWeights
  ) throws {
    try adapter.check(weights.shapes, over: base.configuration, file: weights.file)
    try self.init(
      base: base, adapter: adapter,
      tensors: { description in
        try weights.tensor(of: description.renamed(AdapterFolder.tensorPrefix + description.name))
      })
  }

  /// The adapter's weights, of which values are read when they are written.
  fileprivate var adapterTensorsInFile: [TensorInFile] {
    trainedParameters.map {
      TensorInFile(
        name: AdapterFolder.tensorPrefix + $0.name, $0.tensor, isTransposed: $0.isTransposedInFiles)
    }
  }
}
