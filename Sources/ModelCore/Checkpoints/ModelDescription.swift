import Algorithms
package import Foundation

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

  /// Returns the first bytes of a file, at most as many as requested, and the file's size.
  package typealias Head = (_ path: String, _ most: Int) throws -> (bytes: Data, size: Int)

  /// - Parameters:
  ///   - files: the paths in the folder.
  ///   - memory: the bytes of memory that this process may have.
  ///   - reading: returns the bytes of a file.
  init(files: [String], memory: UInt64, reading: (String) throws -> Data) throws {
    func bytes(_ path: String) throws -> Data {
      guard files.contains(path) else { throw ModelFileError(path, .absent) }
      return try reading(path)
    }
    let file = try ConfigurationFile(decoding: try bytes("config.json"), file: "config.json")
    configuration = file.configuration
    vocabularySize = file.vocabularySize
    let generation =
      files.contains(GenerationFile.path)
      ? try GenerationFile(decoding: try bytes(GenerationFile.path)) : nil
    suggestions = generation?.suggestions ?? []
    endTokens = Array((file.endTokens + (generation?.endTokens ?? [])).uniqued())
    tokenizer = try TokenizerFile.read(
      try bytes(TokenizerFile.path), endToken: endTokens.first, padToken: file.padToken)
    guard tokenizer.vocabularySize <= vocabularySize else {
      throw ModelFileError(
        "tokenizer.json",
        .malformed(
          "\(tokenizer.vocabularySize) tokens are more than the vocab_size of "
            + "\(vocabularySize) in config.json"))
    }
    try ModelMemory.check(
      configuration, vocabularySize: vocabularySize, memory: memory, file: "config.json")
  }

  /// Reads the description of a model in a GGUF file.
  /// - Parameter memory: the bytes of memory that this process may have.
  package init(
    _ model: GGUFModel, memory: UInt64 = ProcessInfo.processInfo.physicalMemory
  ) throws(ModelFileError) {
    configuration = model.configuration
    vocabularySize = model.vocabularySize
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
    try ModelMemory.check(
      configuration, vocabularySize: vocabularySize, memory: memory, file: model.file)
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
    self = try ModelDescription(files: files, memory: memory, reading: whole)
    let weights = try WeightFiles(files: files, reading: whole)
    try check(try weights.shapes(head: head), file: weights.file)
  }

  /// Reads the description of a model on disk: a folder, or a GGUF file.
  /// - Parameter memory: the bytes of memory that this process may have.
  /// - Throws: `ModelFileError`, also if a file cannot be read.
  package init(path: String, memory: UInt64) throws(ModelFileError) {
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
