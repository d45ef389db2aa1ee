package import Foundation

/// The tokenizer of a GGUF file as plain values.
package struct GGUFTokenizer: Sendable {
  /// The lists of the metadata, from which the tokenizer is made if there is no `huggingFaceFile`.
  package let vocabulary: GGUFVocabulary
  /// The chat template, in Jinja.
  package let chatTemplate: String?
  /// The whole `tokenizer.json`, which a file may contain.
  package let huggingFaceFile: Data?

  init(_ metadata: GGUFMetadata) throws(ModelFileError) {
    vocabulary = try GGUFVocabulary(metadata)
    chatTemplate = try metadata.text("tokenizer.chat_template")
    huggingFaceFile = try metadata.text("tokenizer.huggingface.json").map { Data($0.utf8) }
  }

  /// Makes the tokenizer, from a `tokenizer.json` in the file or from the lists of its metadata.
  /// - Parameter file: the name of the file in errors.
  /// - Throws: `ModelFileError` if the file has a tokenizer of another kind.
  func tokenizer(file: String) throws(ModelFileError) -> any Tokenizer {
    guard let huggingFaceFile else { return try SubwordTokenizer(gguf: vocabulary, file: file) }
    do {
      return try TokenizerFile.read(
        huggingFaceFile, endToken: vocabulary.endTokens.first, padToken: vocabulary.padToken)
    } catch {
      throw ModelFileError(file, error.problem)
    }
  }
}

extension GGUFVocabulary {
  /// Reads the lists and special tokens of a file's metadata.
  init(_ metadata: GGUFMetadata) throws(ModelFileError) {
    let prefix = "tokenizer.ggml."
    /// Returns the id of a special token.
    func token(_ name: String) throws(ModelFileError) -> Int32? {
      let key = prefix + name + "_token_id"
      // llama.cpp's own mark of a token that does not exist.
      if try metadata.integer(key) == Int(UInt32.max) { return nil }
      return try metadata.token(key)
    }
    try self.init(
      model: try metadata.text(prefix + "model"), pre: try metadata.text(prefix + "pre"),
      tokens: try metadata.texts(prefix + "tokens") ?? [],
      merges: try metadata.texts(prefix + "merges") ?? [],
      types: try metadata.integers(prefix + "token_type") ?? [],
      scores: try metadata.floats(prefix + "scores") ?? [],
      beginToken: try token("bos"), endToken: try token("eos"), endOfTurnToken: try token("eot"),
      padToken: try token("padding"), unknownToken: try token("unknown"),
      addsBeginToken: try metadata.flag(prefix + "add_bos_token"),
      addsEndToken: try metadata.flag(prefix + "add_eos_token"),
      addsSpacePrefix: try metadata.flag(prefix + "add_space_prefix"), file: metadata.file)
  }
}
