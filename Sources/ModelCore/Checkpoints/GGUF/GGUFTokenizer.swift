package import Foundation

/// The tokenizer of a GGUF file as plain values.
package struct GGUFTokenizer: Sendable {
  /// The kind of tokenizer: `gpt2` is byte-level BPE, `llama` is SentencePiece.
  package let model: String?
  /// The label of the division into words, such as `qwen2`; the pattern itself is not in the file.
  package let pre: String?
  /// The texts of tokens by id.
  package let tokens: [String]
  /// The type of every token: 1 normal, 2 unknown, 3 control, 4 user-defined, 5 unused, 6 byte.
  /// Empty if the file has none.
  package let types: [Int32]
  /// Pairs of tokens with a space between them, most important first; empty if there are none.
  package let merges: [String]
  /// The score of every token; empty if there are none.
  package let scores: [Float]
  package let beginToken: Int32?
  package let endToken: Int32?
  /// The token that ends a turn of a conversation, if it is another than `endToken`.
  package let endOfTurnToken: Int32?
  package let padToken: Int32?
  package let unknownToken: Int32?
  /// True if texts begin with `beginToken`; nil if the file does not say.
  package let addsBeginToken: Bool?
  package let addsEndToken: Bool?
  package let addsSpacePrefix: Bool?
  /// The chat template, in Jinja.
  package let chatTemplate: String?
  /// The whole `tokenizer.json`, which a file may contain.
  package let huggingFaceFile: Data?

  init(_ metadata: GGUFMetadata) throws(ModelFileError) {
    let prefix = "tokenizer.ggml."
    model = try metadata.text(prefix + "model")
    pre = try metadata.text(prefix + "pre")
    tokens = try metadata.texts(prefix + "tokens") ?? []
    types = try metadata.integers(prefix + "token_type")?.map { Int32(clamping: $0) } ?? []
    merges = try metadata.texts(prefix + "merges") ?? []
    scores = try metadata.floats(prefix + "scores") ?? []
    for (key, count) in [("token_type", types.count), ("scores", scores.count)]
    where count != 0 && count != tokens.count {
      throw metadata.wrong(
        prefix + key, expected: "one for each of the \(tokens.count) tokens", found: "\(count)")
    }
    let count = tokens.count
    /// Returns the id of a special token, which must be one of the tokens if these are listed.
    func token(_ name: String) throws(ModelFileError) -> Int32? {
      let key = prefix + name + "_token_id"
      // llama.cpp's own mark of a token that does not exist.
      if try metadata.integer(key) == Int(UInt32.max) { return nil }
      guard let id = try metadata.token(key) else { return nil }
      guard count == 0 || Int(id) < count else {
        throw metadata.wrong(key, expected: "an id below \(count)", found: "\(id)")
      }
      return id
    }
    beginToken = try token("bos")
    endToken = try token("eos")
    endOfTurnToken = try token("eot")
    padToken = try token("padding")
    unknownToken = try token("unknown")
    addsBeginToken = try metadata.flag(prefix + "add_bos_token")
    addsEndToken = try metadata.flag(prefix + "add_eos_token")
    addsSpacePrefix = try metadata.flag(prefix + "add_space_prefix")
    chatTemplate = try metadata.text("tokenizer.chat_template")
    huggingFaceFile = try metadata.text("tokenizer.huggingface.json").map { Data($0.utf8) }
  }

  /// The tokens that end responses, without repeats.
  package var endTokens: [Int32] {
    [endToken, endOfTurnToken].compactMap { $0 }.reduce(into: []) {
      if !$0.contains($1) { $0.append($1) }
    }
  }

  /// Makes the tokenizer, from a `tokenizer.json` in the file or from the lists of its metadata.
  /// - Parameter file: the name of the file in errors.
  /// - Throws: `ModelFileError` if the file has a tokenizer of another kind.
  func tokenizer(file: String) throws(ModelFileError) -> any Tokenizer {
    if let huggingFaceFile {
      do {
        return try TokenizerFile.read(
          huggingFaceFile, endToken: endTokens.first, padToken: padToken)
      } catch {
        throw ModelFileError(file, error.problem)
      }
    }
    guard let model else {
      throw ModelFileError(file, .malformed("tokenizer.ggml.model is missing"))
    }
    return try SubwordTokenizer(
      gguf: GGUFVocabulary(
        model: model, pre: pre, tokens: tokens, merges: merges, tokenTypes: types,
        beginToken: beginToken, endToken: endTokens.first, padToken: padToken,
        addsBeginToken: addsBeginToken,
        // A token that only ends a turn does not end a text.
        addsEndToken: endToken == nil ? nil : addsEndToken),
      file: file)
  }
}
