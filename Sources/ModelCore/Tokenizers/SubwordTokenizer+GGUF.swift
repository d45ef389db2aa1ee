import Fields
import Foundation

extension SubwordTokenizer {
  /// Makes the tokenizer that the metadata of a GGUF file describe, as the `tokenizer.json` that
  /// describes the same.
  /// - Parameters:
  ///   - vocabulary: the metadata.
  ///   - file: the file's name in messages.
  /// - Throws: `ModelFileError` if it is of a kind that is not read, or does not fit together.
  package init(gguf vocabulary: GGUFVocabulary, file: String) throws(ModelFileError) {
    func failure(_ key: String, _ reason: String) -> ModelFileError {
      ModelFileError(file, .unsupported("tokenizer.ggml.\(key): \(reason)"))
    }
    guard let model = vocabulary.model else {
      throw ModelFileError(file, .malformed("tokenizer.ggml.model is missing"))
    }
    guard !vocabulary.tokens.isEmpty else {
      throw ModelFileError(file, .malformed("tokenizer.ggml.tokens is missing"))
    }
    guard vocabulary.tokens.count <= TokenVocabulary.largestID else {
      throw failure("tokens", "\(vocabulary.tokens.count) are too many")
    }
    func requireOnce(_ texts: [String]) throws(ModelFileError) {
      var known = ByteStrings()
      let repeated = texts.indices.first { !known.insert(Array(texts[$0].utf8), id: Int32($0)) }
      if let repeated { throw failure("tokens", "token \(repeated) is given twice") }
    }
    let json: JSONText
    switch model {
    case GGUFVocabulary.byteLevel:
      let rules = GGUFWordRules.all
      guard let rule = rules.first(where: { $0.names.contains(vocabulary.pre ?? "") }) else {
        let expected = rules.flatMap(\.names).map { "'\($0)'" }.joined(separator: ", ")
        throw failure("pre", "expected \(expected), found '\(vocabulary.pre ?? "")'")
      }
      try requireOnce(vocabulary.tokens)
      json = vocabulary.byteLevelJSON(rule)
    case GGUFVocabulary.sentencePiece:
      let texts = vocabulary.sentencePieceTexts
      try requireOnce(texts)
      json = try vocabulary.sentencePieceJSON(texts, file: file)
    default:
      throw failure("model", "expected 'gpt2' or 'llama', found '\(model)'; use a tokenizer.json")
    }
    let source = TokenizerPart.Source(file: file, bytes: nil)
    try self.init(
      TokenizerPart(json: json, path: [], source: source), bytes: Data(json.compact.utf8),
      endToken: vocabulary.endTokens.first, padToken: vocabulary.padToken)
  }
}

extension GGUFVocabulary {
  static let byteLevel = "gpt2"

  /// The `tokenizer.json`. Tokens that only fill up the end of the vocabulary are left out, but for
  /// those that the metadata name. Added tokens at its end are not the model's, as in the files of
  /// models.
  fileprivate func byteLevelJSON(_ rule: GGUFWordRules) -> JSONText {
    func isAdded(_ type: TokenType) -> Bool { type == .control || type == .userDefined }
    let named = ([beginToken, padToken].compactMap { $0 } + endTokens).map { Int($0) }
    let count = 1 + max(types.lastIndex { $0 != .unused } ?? -1, named.max() ?? -1)
    let modelCount = 1 + ((0..<count).last { !isAdded(types[$0]) } ?? -1)
    let addsBegin = addsBeginToken ?? rule.addsBeginToken
    let model = JSONText.object([
      ("type", .string("BPE")), ("dropout", .null), ("unk_token", .null),
      ("continuing_subword_prefix", .null), ("end_of_word_suffix", .null),
      ("fuse_unk", .bool(false)), ("byte_fallback", .bool(false)),
      ("ignore_merges", .bool(rule.ignoresMerges)),
      ("vocab", .object((0..<modelCount).map { (tokens[$0], .int($0)) })),
      ("merges", .array(merges.map { .string($0) })),
    ])
    return .object([
      ("version", .string("1.0")), ("truncation", .null), ("padding", .null),
      ("added_tokens", addedTokens(tokens, among: 0..<count, where: isAdded)),
      ("normalizer", rule.normalizer), ("pre_tokenizer", rule.preTokenizer),
      (
        "post_processor",
        postProcessor(addsBegin ? beginToken : nil, addsEndToken == true ? endToken : nil)
      ),
      (
        "decoder",
        .object([
          ("type", .string("ByteLevel")), ("add_prefix_space", .bool(true)),
          ("trim_offsets", .bool(true)), ("use_regex", .bool(true)),
        ])
      ),
      ("model", model),
    ])
  }

  /// The tokens that are found in a text before anything else.
  func addedTokens(
    _ texts: [String], among ids: Range<Int>, where isAdded: (TokenType) -> Bool
  ) -> JSONText {
    .array(
      ids.filter { isAdded(types[$0]) }.map { id in
        .object([
          ("id", .int(id)), ("content", .string(texts[id])), ("single_word", .bool(false)),
          ("lstrip", .bool(false)), ("rstrip", .bool(false)), ("normalized", .bool(false)),
          ("special", .bool(types[id] != .userDefined)),
        ])
      })
  }

  /// The post-processor that puts tokens around a text; null if there are none.
  func postProcessor(_ before: Int32?, _ after: Int32?) -> JSONText {
    let ids = [before, after].compactMap { $0 }
    guard !ids.isEmpty else { return .null }
    func piece(_ kind: String, _ id: String, _ type: Int) -> JSONText {
      .object([(kind, .object([("id", .string(id)), ("type_id", .int(type))]))])
    }
    func special(_ token: Int32?, _ type: Int) -> [JSONText] {
      token.map { [piece("SpecialToken", tokens[Int($0)], type)] } ?? []
    }
    func text(_ sequence: String, _ type: Int) -> [JSONText] {
      special(before, type) + [piece("Sequence", sequence, type)] + special(after, type)
    }
    let descriptions = (before == after ? [ids[0]] : ids).map { id in
      let name = tokens[Int(id)]
      let members: [(String, JSONText)] = [
        ("id", .string(name)), ("ids", .array([.int(Int(id))])),
        ("tokens", .array([.string(name)])),
      ]
      return (name, JSONText.object(members))
    }
    return .object([
      ("type", .string("TemplateProcessing")), ("single", .array(text("A", 0))),
      ("pair", .array(text("A", 0) + text("B", 1))),
      ("special_tokens", .object(descriptions)),
    ])
  }
}
