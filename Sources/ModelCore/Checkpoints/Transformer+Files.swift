package import Foundation

extension Transformer {
  /// Opens the model of a Hugging Face folder without its tokenizer, for programs that handle only
  /// tokens.
  /// - Parameters:
  ///   - files: the paths in the folder.
  ///   - use: the use of the weights.
  ///   - reading: returns the bytes of a file. Those of large files should be mapped into memory.
  /// - Throws: `ModelFileError`, and the errors of `reading`.
  package convenience init(
    files: [String], for use: WeightUse = .trained, reading: (String) throws -> Data
  ) throws {
    let path = "config.json"
    guard files.contains(path) else { throw ModelFileError(path, .absent) }
    let file = try ConfigurationFile(decoding: try reading(path), file: path)
    try self.init(
      configuration: file.configuration, vocabularySize: file.vocabularySize,
      weights: try WeightFiles(files: files, reading: reading).weights(reading: reading),
      for: use)
  }
}
