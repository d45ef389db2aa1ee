import Fields
package import Foundation

/// Reads `tokenizer.json`, whatever model it describes.
package enum TokenizerFile {
  package static let path = "tokenizer.json"
  /// Larger files are refused. Those of large vocabularies have some 30 MB.
  package static let limit = 64 << 20

  /// Reads a file.
  /// - Parameters:
  ///   - file: the file's name in messages.
  ///   - endToken, padToken: ids that a folder names in `config.json`.
  package static func read(
    _ bytes: Data, file: String = path, endToken: Int32? = nil, padToken: Int32? = nil
  ) throws(ModelFileError) -> any Tokenizer {
    let json = try JSONFile.text(of: bytes, file: file, limit: limit)
    if json["model"]?["type"]?.stringValue == "WordLevel" {
      return try WordTokenizer(
        decoding: bytes, file: file, endToken: endToken, padToken: padToken)
    }
    guard case .object = json["model"] ?? .null else {
      throw ModelFileError(file, .malformed("this is not a tokenizer.json: 'model' is missing"))
    }
    let root = TokenizerPart(
      json: json, path: [], source: TokenizerPart.Source(file: file, bytes: bytes))
    return try SubwordTokenizer(root, bytes: bytes, endToken: endToken, padToken: padToken)
  }
}
