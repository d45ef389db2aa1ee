/// The tokens in the metadata of a GGUF file, as plain values: `tokenizer.ggml.…`.
package struct GGUFVocabulary: Sendable {
  /// The kind of a token, as `tokenizer.ggml.token_type` counts.
  package enum TokenType: Int32, Sendable {
    case normal = 1
    case unknown
    /// Marks structure, such as `<|im_end|>`.
    case control
    /// Found in a text before anything else, but ordinary text.
    case userDefined
    /// Fills up the vocabulary.
    case unused
    case byte
  }

  /// `model`: the kind of tokenizer, `gpt2` for byte-level BPE, `llama` for SentencePiece; nil if
  /// the file has none.
  package let model: String?
  /// `pre`: the name of the rules that divide text into words; the pattern itself is not in the
  /// file.
  package let pre: String?
  /// The texts of tokens by id.
  package let tokens: [String]
  /// Two tokens with a space between them, in the order in which they are merged.
  package let merges: [String]
  /// `token_type`: one for each token.
  package let types: [TokenType]
  /// The score of each token, by which SentencePiece merges; empty for other kinds.
  package let scores: [Float]
  /// `bos_token_id`, `eos_token_id`, `padding_token_id`.
  package let beginToken: Int32?
  package let endToken: Int32?
  /// `eot_token_id`: the token that ends a turn of a conversation, if it is another than
  /// `endToken`.
  package let endOfTurnToken: Int32?
  package let padToken: Int32?
  /// `unknown_token_id`: stands for characters that have no token.
  package let unknownToken: Int32?
  /// `add_bos_token`; nil for what is usual with the rules.
  package let addsBeginToken: Bool?
  /// `add_eos_token`; nil for no.
  package let addsEndToken: Bool?
  /// `add_space_prefix`: true if SentencePiece reads a text as if a space stood before it; nil for
  /// yes.
  package let addsSpacePrefix: Bool?

  /// - Parameters:
  ///   - types: the numbers of `TokenType`; empty if all tokens are normal.
  ///   - file: the file's name in messages.
  /// - Throws: `ModelFileError` if the types are not one for each token, or if a special token is
  ///   none of the tokens, where these are listed.
  package init(
    model: String?, pre: String? = nil, tokens: [String], merges: [String] = [], types: [Int],
    scores: [Float] = [], beginToken: Int32? = nil, endToken: Int32? = nil,
    endOfTurnToken: Int32? = nil, padToken: Int32? = nil, unknownToken: Int32? = nil,
    addsBeginToken: Bool? = nil, addsEndToken: Bool? = nil, addsSpacePrefix: Bool? = nil,
    file: String
  ) throws(ModelFileError) {
    func wrong(_ key: String, expected: String, found: String) -> ModelFileError {
      GGUFMetadata.wrong("tokenizer.ggml." + key, expected: expected, found: found, file: file)
    }
    guard types.isEmpty || types.count == tokens.count else {
      throw wrong(
        "token_type", expected: "one for each of the \(tokens.count) tokens",
        found: "\(types.count)")
    }
    var known = [TokenType](repeating: .normal, count: tokens.count)
    for (index, number) in types.enumerated() {
      guard let type = Int32(exactly: number).flatMap(TokenType.init) else {
        throw wrong("token_type", expected: "1 to 6", found: "\(number) for token \(index)")
      }
      known[index] = type
    }
    for (name, id) in [
      ("bos", beginToken), ("eos", endToken), ("eot", endOfTurnToken), ("padding", padToken),
      ("unknown", unknownToken),
    ] {
      guard let id, !tokens.isEmpty, !tokens.indices.contains(Int(id)) else { continue }
      throw wrong("\(name)_token_id", expected: "an id below \(tokens.count)", found: "\(id)")
    }
    self.model = model
    self.pre = pre
    self.tokens = tokens
    self.merges = merges
    self.types = known
    self.scores = scores
    self.beginToken = beginToken
    self.endToken = endToken
    self.endOfTurnToken = endOfTurnToken
    self.padToken = padToken
    self.unknownToken = unknownToken
    self.addsBeginToken = addsBeginToken
    self.addsEndToken = addsEndToken
    self.addsSpacePrefix = addsSpacePrefix
  }

  /// The tokens that end responses, without repeats.
  package var endTokens: [Int32] {
    [endToken, endOfTurnToken].compactMap { $0 }.reduce(into: []) {
      if !$0.contains($1) { $0.append($1) }
    }
  }
}
