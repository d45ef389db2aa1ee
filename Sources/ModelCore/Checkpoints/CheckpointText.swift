import Algorithms
import Fields
package import Foundation

/// Everything that a checkpoint says about text, read without its weights: a folder that has only
/// these files is enough.
package struct CheckpointText: Sendable {
  package var tokenizer: any Tokenizer
  /// The chat template, in Jinja, and the name of the file or the key that it comes from.
  package var chatTemplate: (text: String, name: String)?
  /// The tokens that end responses, without repeats: those of `config.json` and
  /// `generation_config.json`, then the `eos_token` of the tokenizer.
  package var endTokens: [Int32]
  /// The texts of the tokens that begin and end sequences, which some chat templates write, and of
  /// the one that fills up.
  package let beginText: String?
  package let endText: String?
  package let padText: String?

  static let templatePath = "chat_template.jinja"
  static let tokenizerPath = "tokenizer_config.json"
  private static let specialPath = "special_tokens_map.json"
  private static let configurationPath = "config.json"

  /// The files of a folder that are read; no others decide about text.
  package static let paths = [
    TokenizerFile.path, tokenizerPath, specialPath, configurationPath, GenerationFile.path,
    templatePath,
  ]

  /// The text of a model that has no more than a tokenizer.
  package init(tokenizer: any Tokenizer) {
    self.tokenizer = tokenizer
    chatTemplate = nil
    endTokens = tokenizer.endToken.map { [$0] } ?? []
    beginText = nil
    endText = nil
    padText = nil
  }

  /// Reads a checkpoint on disk: a folder, or a GGUF file.
  /// - Throws: `ModelFileError`, also if a file cannot be read.
  package init(path: String) throws(ModelFileError) {
    if CheckpointFiles.isGGUF(path) {
      try self.init(
        gguf: try CheckpointFiles.mapped(path), file: (path as NSString).lastPathComponent)
      return
    }
    try self.init(files: try CheckpointFiles.names(in: path)) { name throws(ModelFileError) in
      let most = name == TokenizerFile.path ? TokenizerFile.limit : SafetensorsHeader.limit
      return try CheckpointFiles.head(of: name, in: path, most: most + 1).bytes
    }
  }

  /// Returns what tells the files of a checkpoint from later ones at the same path.
  package static func stamps(of path: String) -> [FileStamp] {
    if CheckpointFiles.isGGUF(path) { return [FileStamp(of: path)] }
    return paths.map { FileStamp(of: path + "/" + $0) }
  }

  /// Reads a folder.
  /// - Parameters:
  ///   - files: the paths in the folder.
  ///   - reading: returns the bytes of a file.
  package init(
    files: [String], reading: (String) throws(ModelFileError) -> Data
  ) throws(ModelFileError) {
    func members(_ path: String) throws(ModelFileError) -> ConfigurationMembers? {
      guard files.contains(path) else { return nil }
      return try ConfigurationMembers(
        try JSONFile.text(of: try reading(path), file: path), file: path,
        refusal: "this is not a \(path): ")
    }
    guard files.contains(TokenizerFile.path) else {
      throw ModelFileError(TokenizerFile.path, .absent)
    }
    let configuration = try members(Self.configurationPath)
    var ends = try configuration?.tokens("eos_token_id") ?? []
    if files.contains(GenerationFile.path) {
      ends += try GenerationFile(decoding: try reading(GenerationFile.path)).endTokens
    }
    tokenizer = try TokenizerFile.read(
      try reading(TokenizerFile.path), endToken: ends.first,
      padToken: try configuration?.tokens("pad_token_id").first)

    let settings = try members(Self.tokenizerPath)
    let special = try members(Self.specialPath)
    func tokenText(_ name: String) throws(ModelFileError) -> String? {
      if let text = try settings?.tokenText(name) { return text }
      return try special?.tokenText(name)
    }
    beginText = try tokenText("bos_token")
    endText = try tokenText("eos_token")
    padText = try tokenText("pad_token")
    if let id = endText.flatMap(tokenizer.id) { ends.append(id) }
    endTokens = Array(ends.uniqued())
    if files.contains(Self.templatePath) {
      let bytes = try reading(Self.templatePath)
      guard let text = String(bytes: bytes, encoding: .utf8) else {
        throw ModelFileError(Self.templatePath, .malformed("it is not text in UTF-8"))
      }
      chatTemplate = (text, Self.templatePath)
    } else {
      chatTemplate = try settings?.chatTemplate.map { ($0, Self.tokenizerPath) }
    }
  }

  /// Reads the metadata of a GGUF file.
  /// - Parameters:
  ///   - bytes: all bytes of the file, which may be mapped into memory.
  ///   - file: the name of the bytes in errors.
  package init(gguf bytes: Data, file: String) throws(ModelFileError) {
    let source = try GGUFTokenizer(try GGUFFile(decoding: bytes, file: file).metadata)
    let tokenizer = try source.tokenizer(file: file)
    self.tokenizer = tokenizer
    let vocabulary = source.vocabulary
    endTokens = vocabulary.endTokens
    beginText = vocabulary.beginToken.flatMap(tokenizer.token)
    endText = vocabulary.endToken.flatMap(tokenizer.token)
    padText = vocabulary.padToken.flatMap(tokenizer.token)
    chatTemplate = source.chatTemplate.map { ($0, "tokenizer.chat_template") }
  }
}

extension ConfigurationMembers {
  /// The text of a special token: a text, or an object that has it as `content`.
  fileprivate func tokenText(_ name: String) throws(ModelFileError) -> String? {
    guard case .object = json(name) ?? .null else { return try string(name) }
    return try members(name)?.string("content")
  }

  /// The chat template: a text, or the one called `default` of a list of templates with names.
  fileprivate var chatTemplate: String? {
    get throws(ModelFileError) {
      let member = "chat_template"
      guard let templates = json(member)?.arrayValue else { return try string(member) }
      let found = templates.first { $0["name"]?.stringValue == "default" }
      guard let text = found?["template"]?.stringValue else {
        throw malformed("'\(member)' has no template whose name is 'default'")
      }
      return text
    }
  }
}
