package import Foundation

/// A model in a GGUF file. The header is read; the values of tensors are read when the model is
/// made.
package struct GGUFModel: Sendable {
  /// True if a path names a GGUF file.
  package static func isName(_ path: String) -> Bool { path.hasSuffix(".gguf") }

  /// The path of the model in a folder that is one GGUF file; nil for any other folder.
  static func path(among files: [String]) -> String? {
    files.count == 1 ? files.first(where: isName) : nil
  }

  /// The name of the file in errors.
  package let file: String
  package let configuration: ModelConfiguration
  package let vocabularySize: Int
  package let tokenizer: GGUFTokenizer
  private let weights: GGUFWeights

  /// - Parameters:
  ///   - bytes: all bytes of the file, which may be mapped into memory.
  ///   - file: the name of the bytes in errors.
  package init(decoding bytes: Data, file: String) throws(ModelFileError) {
    self.file = file
    let source = try GGUFFile(decoding: bytes, file: file)
    let architecture = try GGUFArchitecture.of(source.metadata)
    tokenizer = try GGUFTokenizer(source.metadata)
    weights = try GGUFWeights(source, architecture)
    let members = try architecture.configuration(of: weights, tokenizer: tokenizer)
    configuration = members.configuration
    vocabularySize = members.vocabularySize
    do {
      try configuration.check(weights.shapes, vocabularySize: vocabularySize, file: file)
    } catch {
      throw error.renaming { name in weights.name(inFile: name) }
    }
  }

  /// Reads the values of all tensors.
  package func transformer() throws -> Transformer {
    try Transformer(
      configuration: configuration, vocabularySize: vocabularySize, weights: weights)
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
