import Algorithms
package import Foundation
import TensorCore

/// Everything that is known of a model folder before the weights' values are read.
package struct ModelDescription {
  package let configuration: ModelConfiguration
  package let vocabularySize: Int
  package let tokenizer: any Tokenizer
  /// The tokens that end responses, from `config.json` and `generation_config.json`, without
  /// repeats.
  package let endTokens: [Int32]
  /// The settings that the model's makers suggest for sampling, by the names of
  /// `generation_config.json`. They are for the user to see; nothing uses them.
  package let suggestions: [(name: String, value: String)]
  /// The low-rank adapter over the model; nil for a whole model.
  package let adapter: LoRAShape?
  /// The name of the file that errors about the whole model name.
  let file: String
  /// The number of bytes that the weights take when they are only read, without an adapter's.
  package internal(set) var keptByteCount: Int

  /// Returns the first bytes of a file, at most as many as requested, and the file's size.
  package typealias Head = (_ path: String, _ most: Int) throws -> (bytes: Data, size: Int)

  /// - Parameters:
  ///   - files: the paths in the folder.
  ///   - reading: returns the bytes of a file.
  init(files: [String], reading: (String) throws -> Data) throws {
    func bytes(_ path: String) throws -> Data {
      guard files.contains(path) else { throw ModelFileError(path, .absent) }
      return try reading(path)
    }
    file = "config.json"
    adapter = nil
    let members = try ConfigurationFile(decoding: try bytes(file), file: file)
    configuration = members.configuration
    vocabularySize = members.vocabularySize
    keptByteCount = configuration.keptByteCount(vocabularySize: vocabularySize)
    let generation =
      files.contains(GenerationFile.path)
      ? try GenerationFile(decoding: try bytes(GenerationFile.path)) : nil
    suggestions = generation?.suggestions ?? []
    endTokens = Array((members.endTokens + (generation?.endTokens ?? [])).uniqued())
    tokenizer = try TokenizerFile.read(
      try bytes(TokenizerFile.path), endToken: endTokens.first, padToken: members.padToken)
    guard tokenizer.vocabularySize <= vocabularySize else {
      throw ModelFileError(
        "tokenizer.json",
        .malformed(
          "\(tokenizer.vocabularySize) tokens are more than the vocab_size of "
            + "\(vocabularySize) in config.json"))
    }
  }

  /// Counts the bytes of weights that are only read.
  /// - Parameter form: returns the kept form of a tensor, by its name.
  mutating func setKeptForms(_ form: (String) -> KeptMatrix.Form?) {
    keptByteCount = configuration.keptByteCount(vocabularySize: vocabularySize, form: form)
  }

  /// The number of bytes that the weights take in memory; the most that there are if it is larger.
  /// The base of an adapter is only read, also while the adapter is trained, whose own weights are
  /// few and not counted.
  package func byteCount(for use: WeightUse) -> Int {
    guard use == .trained, adapter == nil else { return keptByteCount }
    let (bytes, overflows) = configuration.parameterCount(vocabularySize: vocabularySize)
      .multipliedReportingOverflow(by: MemoryLayout<Float>.size)
    return overflows ? .max : bytes
  }

  /// - Throws: `ModelFileError` if the weights alone take more memory than this.
  package func checkMemory(_ memory: UInt64, for use: WeightUse) throws(ModelFileError) {
    try ModelMemory.check(
      parameters: configuration.parameterCount(vocabularySize: vocabularySize),
      needed: byteCount(for: use), for: adapter == nil ? use : .onlyRead, memory: memory,
      file: file)
  }

  /// Reads the description of a model in a GGUF file.
  /// - Parameters:
  ///   - memory: the bytes of memory that this process may have.
  ///   - use: the use of the weights, for which the memory has to be enough.
  package init(
    _ model: GGUFModel, memory: UInt64 = ProcessInfo.processInfo.physicalMemory,
    for use: WeightUse = .onlyRead
  ) throws(ModelFileError) {
    file = model.file
    adapter = nil
    configuration = model.configuration
    vocabularySize = model.vocabularySize
    keptByteCount = model.keptByteCount
    endTokens = model.tokenizer.vocabulary.endTokens
    suggestions = model.suggestions
    tokenizer = try model.tokenizer.tokenizer(file: model.file)
    guard tokenizer.vocabularySize <= vocabularySize else {
      throw ModelFileError(
        model.file,
        .malformed(
          "\(tokenizer.vocabularySize) tokens are more than the \(vocabularySize) rows of "
            + "token_embd.weight"))
    }
    try checkMemory(memory, for: use)
  }

  /// Checks a whole folder without reading its weights: it can be made into a model, except that
  /// the weights' values are not checked. Fast even for large models.
  /// - Throws: `ModelFileError`, and the errors of `head`.
  package init(
    files: [String], memory: UInt64 = ProcessInfo.processInfo.physicalMemory, head: Head
  ) throws {
    let most = SafetensorsHeader.limit + 1
    func whole(_ path: String) throws -> Data {
      try head(path, path == TokenizerFile.path ? TokenizerFile.limit + 1 : most).bytes
    }
    if let folder = AdapterFolder(files: files) {
      self = try ModelDescription(
        folder, memory: memory, reading: whole, shapes: try folder.shapes(head: head))
      let prefix = AdapterFolder.basePrefix
      let base = try WeightFiles(files: folder.base) { try whole(prefix + $0) }
      let entries = try base.entries { try head(prefix + $0, $1) }
      setKeptForms { entries[$0]?.format.keptForm }
      try checkMemory(memory, for: .onlyRead)
      try check(entries.mapValues(\.shape), file: prefix + base.file)
      return
    }
    self = try ModelDescription(files: files, reading: whole)
    let weights = try WeightFiles(files: files, reading: whole)
    let entries = try weights.entries(head: head)
    setKeptForms { entries[$0]?.format.keptForm }
    try checkMemory(memory, for: .onlyRead)
    try check(entries.mapValues(\.shape), file: weights.file)
  }

  /// Reads the description of a model on disk: a folder, or a GGUF file.
  /// - Parameters:
  ///   - base: the path of the model that an adapter adapts, if it is not in the adapter's folder.
  ///   - memory: the bytes of memory that this process may have.
  /// - Throws: `ModelFileError`, also if a file cannot be read.
  package init(path: String, base: String? = nil, memory: UInt64) throws(ModelFileError) {
    let isAdapter = CheckpointFiles.exists(path + "/" + AdapterFile.path)
    if isAdapter || base != nil {
      try self.init(adapter: path, base: base, memory: memory)
      return
    }
    if GGUFModel.isFile(path) {
      try self.init(try GGUFModel(path: path), memory: memory)
      return
    }
    do {
      try self.init(files: try CheckpointFiles.names(in: path), memory: memory) { name, most in
        try CheckpointFiles.head(of: name, in: path, most: most)
      }
    } catch let error as ModelFileError {
      throw error
    } catch {
      throw ModelFileError("the folder", .malformed("it cannot be read"))
    }
  }
}

extension ModelDescription {
  /// - Throws: `ModelFileError` if a tensor is missing, has another shape, or does not belong to
  ///   the model.
  func check(_ shapes: [String: [Int]], file: String) throws(ModelFileError) {
    try configuration.check(shapes, vocabularySize: vocabularySize, file: file)
  }
}

extension ModelConfiguration {
  /// - Throws: `ModelFileError` if a tensor of a model of this shape is missing, has another shape,
  ///   or does not belong to it.
  func check(
    _ shapes: [String: [Int]], vocabularySize: Int, file: String
  ) throws(ModelFileError) {
    let parameters = parameterDescriptions(vocabularySize: vocabularySize)
    for parameter in parameters {
      guard let shape = shapes[parameter.name] else {
        throw ModelFileError(file, .missingTensor(parameter.name))
      }
      try Self.require(shape, parameter.shapeInFiles, of: parameter.name, file)
    }
    let names = Set(parameters.map(\.name))
    for (name, shape) in shapes.sorted(by: { $0.key < $1.key }) where !names.contains(name) {
      guard let derived = DerivedTensor(name, of: self) else {
        throw ModelFileError(file, .unexpectedTensor(name))
      }
      try Self.require(
        shape, derived.shape(of: self, vocabularySize: vocabularySize), of: name, file)
    }
  }

  private static func require(
    _ found: [Int], _ expected: [Int], of name: String, _ file: String
  ) throws(ModelFileError) {
    guard found == expected else {
      throw ModelFileError(file, .wrongShape(tensor: name, expected: expected, found: found))
    }
  }
}
