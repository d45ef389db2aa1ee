package import Foundation

/// A model in a GGUF file. The header is read; the values of tensors are read when the model is
/// made.
package struct GGUFModel: Sendable {
  /// True if a path names a GGUF file.
  package static func isName(_ path: String) -> Bool { path.hasSuffix(".gguf") }

  /// True if the path is that of a GGUF file, not of a model folder.
  package static func isFile(_ path: String) -> Bool { CheckpointFiles.isGGUF(path) }

  /// The path of the model in a folder that is one GGUF file; nil for any other folder.
  package static func path(among files: [String]) -> String? {
    files.count == 1 ? files.first(where: isName) : nil
  }

  /// The name of the file in errors.
  package let file: String
  package let configuration: ModelConfiguration
  package let vocabularySize: Int
  package let tokenizer: GGUFTokenizer
  /// The settings that the model's makers suggest for sampling, by the names of
  /// `generation_config.json`.
  let suggestions: [(name: String, value: String)]
  private let weights: GGUFWeights

  /// The keys of `general.sampling` that we have fields for, with the names of these.
  private static let suggestedSettings = [
    ("temp", "temperature"), ("top_p", "top_p"), ("top_k", "top_k"), ("min_p", "min_p"),
    ("penalty_repeat", "repetition_penalty"),
  ]

  /// - Parameters:
  ///   - bytes: all bytes of the file, which may be mapped into memory.
  ///   - file: the name of the bytes in errors.
  package init(decoding bytes: Data, file: String) throws(ModelFileError) {
    self.file = file
    let source = try GGUFFile(decoding: bytes, file: file)
    let architecture = try GGUFArchitecture.of(source.metadata)
    tokenizer = try GGUFTokenizer(source.metadata)
    suggestions = Self.suggestedSettings.compactMap { key, name in
      // A suggestion that is no number is no reason to refuse a model.
      let number = try? source.metadata.number("general.sampling." + key)
      return number.map { (name, "\($0)") }
    }
    weights = try GGUFWeights(source, architecture)
    let members = try architecture.configuration(of: weights, vocabulary: tokenizer.vocabulary)
    configuration = members.configuration
    vocabularySize = members.vocabularySize
    do {
      try configuration.check(weights.shapes, vocabularySize: vocabularySize, file: file)
    } catch {
      throw error.renaming { name in weights.name(inFile: name) }
    }
  }

  /// Reads the header of a file on disk; the rest is mapped into memory and read when it is used.
  /// - Throws: `ModelFileError`, also if the file cannot be read.
  package init(path: String) throws(ModelFileError) {
    try self.init(
      decoding: try CheckpointFiles.mapped(path), file: (path as NSString).lastPathComponent)
  }

  /// Reads the values of all tensors.
  package func transformer(for use: WeightUse = .trained) throws -> Transformer {
    try Transformer(
      configuration: configuration, vocabularySize: vocabularySize, weights: weights, for: use)
  }

  /// The number of bytes that the weights take when they are only read.
  var keptByteCount: Int {
    configuration.keptByteCount(vocabularySize: vocabularySize) { [weights] name in
      (try? weights.format(of: name))?.keptForm
    }
  }
}

extension ModelFileError {
  /// The error with the names that tensors have in the file.
  fileprivate func renaming(_ name: (String) -> String) -> ModelFileError {
    var error = self
    switch problem {
    case .missingTensor(let tensor): error.problem = .missingTensor(name(tensor))
    case .unexpectedTensor(let tensor): error.problem = .unexpectedTensor(name(tensor))
    case .wrongShape(let tensor, let expected, let found):
      error.problem = .wrongShape(tensor: name(tensor), expected: expected, found: found)
    case .absent, .truncated, .tooLarge, .malformed, .unsupported: break
    }
    return error
  }
}
