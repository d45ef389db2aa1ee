/// The tokenizer in the metadata of a GGUF file, as plain values: `tokenizer.ggml.…`.
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

  /// `model`: the kind of tokenizer, `gpt2` for byte-level BPE.
  package var model: String
  /// `pre`: the name of the rules that divide text into words.
  package var pre: String?
  package var tokens: [String]
  /// Two tokens with a space between them, in the order in which they are merged.
  package var merges: [String]
  /// `token_type`; empty if all tokens are normal.
  package var tokenTypes: [Int32]
  /// `bos_token_id`, `eos_token_id`, `padding_token_id`.
  package var beginToken: Int32?
  package var endToken: Int32?
  package var padToken: Int32?
  /// `add_bos_token`; nil for what is usual with the rules.
  package var addsBeginToken: Bool?
  /// `add_eos_token`; nil for no.
  package var addsEndToken: Bool?

  package init(
    model: String, pre: String?, tokens: [String], merges: [String], tokenTypes: [Int32],
    beginToken: Int32? = nil, endToken: Int32? = nil, padToken: Int32? = nil,
    addsBeginToken: Bool? = nil, addsEndToken: Bool? = nil
  ) {
    self.model = model
    self.pre = pre
    self.tokens = tokens
    self.merges = merges
    self.tokenTypes = tokenTypes
    self.beginToken = beginToken
    self.endToken = endToken
    self.padToken = padToken
    self.addsBeginToken = addsBeginToken
    self.addsEndToken = addsEndToken
  }
}
