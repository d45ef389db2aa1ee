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
    guard vocabulary.model == "gpt2" else {
      throw failure("model", "expected 'gpt2', found '\(vocabulary.model)'; use a tokenizer.json")
    }
    let rules = GGUFWordRules.all
    guard let rule = rules.first(where: { $0.names.contains(vocabulary.pre ?? "") }) else {
      let expected = rules.flatMap(\.names).map { "'\($0)'" }.joined(separator: ", ")
      throw failure("pre", "expected \(expected), found '\(vocabulary.pre ?? "")'")
    }
    guard vocabulary.tokens.count <= TokenVocabulary.largestID else {
      throw failure("tokens", "\(vocabulary.tokens.count) are too many")
    }
    let types = try vocabulary.types { index in
      failure("token_type", "expected 1 to 6 for each token, found another at \(index)")
    }
    for (key, id) in [
      ("bos_token_id", vocabulary.beginToken), ("eos_token_id", vocabulary.endToken),
      ("padding_token_id", vocabulary.padToken),
    ] {
      guard let id, !vocabulary.tokens.indices.contains(Int(id)) else { continue }
      throw failure(key, "no token has the id \(id)")
    }
    if let repeated = vocabulary.repeatedToken {
      throw failure("tokens", "token \(repeated) is given twice")
    }
    let addsBegin = vocabulary.addsBeginToken ?? rule.addsBeginToken
    let json = vocabulary.json(
      types, rule, before: addsBegin ? vocabulary.beginToken : nil,
      after: vocabulary.addsEndToken == true ? vocabulary.endToken : nil)
    let source = TokenizerPart.Source(file: file, bytes: nil)
    try self.init(
      TokenizerPart(json: json, path: [], source: source), bytes: Data(json.compact.utf8),
      endToken: vocabulary.endToken, padToken: vocabulary.padToken)
  }
}

extension GGUFVocabulary {
  /// The types of the tokens, one for each.
  fileprivate func types(
    orThrow failure: (Int) -> ModelFileError
  ) throws(ModelFileError) -> [TokenType] {
    guard !tokenTypes.isEmpty else { return tokens.map { _ in .normal } }
    var types: [TokenType] = []
    for (index, number) in tokenTypes.enumerated() {
      guard let type = TokenType(rawValue: number), index < tokens.count else {
        throw failure(index)
      }
      types.append(type)
    }
    guard types.count == tokens.count else { throw failure(types.count) }
    return types
  }

  /// The first token that another one before it is equal to; nil if all are different.
  fileprivate var repeatedToken: Int? {
    var known = ByteStrings()
    return tokens.indices.first { !known.insert(Array(tokens[$0].utf8), id: Int32($0)) }
  }

  /// The `tokenizer.json`. Tokens that only fill up the end of the vocabulary are left out, but for
  /// those that the metadata name. Added tokens at its end are not the model's, as in the files of
  /// models.
  /// - Parameters:
  ///   - before, after: the tokens that are put around a text.
  fileprivate func json(
    _ types: [TokenType], _ rule: GGUFWordRules, before: Int32?, after: Int32?
  ) -> JSONText {
    func isAdded(_ id: Int) -> Bool { types[id] == .control || types[id] == .userDefined }
    let named = [beginToken, endToken, padToken].compactMap { $0 }.map { Int($0) }
    let count = 1 + max(types.lastIndex { $0 != .unused } ?? -1, named.max() ?? -1)
    let modelCount = 1 + ((0..<count).last { !isAdded($0) } ?? -1)
    let added = (0..<count).filter(isAdded).map { id in
      JSONText.object([
        ("id", .int(id)), ("content", .string(tokens[id])), ("single_word", .bool(false)),
        ("lstrip", .bool(false)), ("rstrip", .bool(false)), ("normalized", .bool(false)),
        ("special", .bool(types[id] == .control)),
      ])
    }
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
      ("added_tokens", .array(added)), ("normalizer", rule.normalizer),
      ("pre_tokenizer", rule.preTokenizer),
      ("post_processor", postProcessor(before, after)),
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

  /// The post-processor that puts tokens around a text; null if there are none.
  private func postProcessor(_ before: Int32?, _ after: Int32?) -> JSONText {
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
