import Fields

/// SentencePiece's BPE (Kudo and Richardson 2018, arXiv 1808.06226; `bpe_model.cc`), which GGUF
/// files call `llama`: of all neighbours those are merged whose result has the highest score. A
/// space is written `▁`, and a character without a token as its bytes, `<0x0A>`.
///
/// As `tokenizer.json`, every way to make a token of two others is a merge, in the order of scores.
/// transformers converts the same models in this way (`generate_merges`).
extension GGUFVocabulary {
  static let sentencePiece = "llama"
  private static let space = "▁"
  /// The most merges; vocabularies of 256 thousand tokens have half a million.
  private static let mostMerges = 1 << 21
  /// The most bytes to compare, which grow with the square of a token's length.
  private static let mostComparedBytes = 1 << 30

  /// The texts of the tokens as a text contains them: SentencePiece finds those that users defined
  /// before spaces are replaced, and some files have them with `▁`.
  var sentencePieceTexts: [String] {
    zip(tokens, types).map { text, type in
      type == .userDefined ? text.replacing(Self.space, with: " ") : text
    }
  }

  /// - Parameters:
  ///   - texts: `sentencePieceTexts`, each once.
  ///   - file: the file's name in messages.
  /// - Throws: `ModelFileError` if the scores are not one for each token, or the tokens too long.
  func sentencePieceJSON(_ texts: [String], file: String) throws(ModelFileError) -> JSONText {
    guard scores.count == tokens.count, scores.allSatisfy(\.isFinite) else {
      throw GGUFMetadata.wrong(
        "tokenizer.ggml.scores", expected: "a finite number for each of the \(tokens.count) tokens",
        found: scores.count == tokens.count ? "another" : "\(scores.count)", file: file)
    }
    let merges = try merges(texts.map { Array($0.utf8) }, file: file)
    let unknown = unknownToken.map { Int($0) } ?? types.firstIndex(of: .unknown)
    let model = JSONText.object([
      ("type", .string("BPE")), ("dropout", .null),
      ("unk_token", unknown.map { .string(texts[$0]) } ?? .null),
      ("continuing_subword_prefix", .null), ("end_of_word_suffix", .null),
      ("fuse_unk", .bool(true)), ("byte_fallback", .bool(types.contains(.byte))),
      ("ignore_merges", .bool(false)),
      ("vocab", .object(texts.enumerated().map { ($1, .int($0)) })), ("merges", .array(merges)),
    ])
    // llama.cpp's defaults for this kind of tokenizer.
    let addsPrefix = addsSpacePrefix ?? true
    let before = addsBeginToken ?? true ? beginToken : nil
    return .object([
      ("version", .string("1.0")), ("truncation", .null), ("padding", .null),
      (
        "added_tokens",
        addedTokens(texts, among: texts.indices) {
          [.control, .userDefined, .unknown].contains($0)
        }
      ),
      ("normalizer", Self.normalizer(addsPrefix: addsPrefix)), ("pre_tokenizer", .null),
      ("post_processor", postProcessor(before, addsEndToken == true ? endToken : nil)),
      ("decoder", Self.decoder(removesPrefix: addsPrefix)), ("model", model),
    ])
  }

  /// The merges that make a normal token of two others: the highest score first, and among equals
  /// the lowest id and the longest beginning.
  private func merges(_ texts: [[UInt8]], file: String) throws(ModelFileError) -> [JSONText] {
    let normal = texts.indices.filter { types[$0] == .normal }
    var pieces = ByteStrings()
    var compared = 0
    for id in normal {
      _ = pieces.insert(texts[id], id: Int32(id))
      compared += min(texts[id].count, 1 << 20) * min(texts[id].count, 1 << 20)
      guard compared <= Self.mostComparedBytes else {
        throw ModelFileError(file, .tooLarge("tokenizer.ggml.tokens: the tokens are too long"))
      }
    }
    var merges: [JSONText] = []
    for id in normal.sorted(by: { (-scores[$0], $0) < (-scores[$1], $1) }) {
      let text = texts[id]
      for split in (1..<max(1, text.count)).reversed() where text[split] & 0xC0 != 0x80 {
        guard pieces.id(of: text, 0..<split) != nil,
          pieces.id(of: text, split..<text.count) != nil
        else { continue }
        merges.append(
          .array(
            [text[..<split], text[split...]].map {
              .string(String(decoding: $0, as: UTF8.self))
            }))
      }
      guard merges.count <= Self.mostMerges else {
        throw ModelFileError(
          file, .tooLarge("tokenizer.ggml.tokens: more than \(Self.mostMerges) pairs are tokens"))
      }
    }
    return merges
  }

  private static func normalizer(addsPrefix: Bool) -> JSONText {
    let prefix = JSONText.object([("type", .string("Prepend")), ("prepend", .string(space))])
    return .object([
      ("type", .string("Sequence")),
      ("normalizers", .array((addsPrefix ? [prefix] : []) + [replacement(" ", with: space)])),
    ])
  }

  private static func decoder(removesPrefix: Bool) -> JSONText {
    let strip = JSONText.object([
      ("type", .string("Strip")), ("content", .string(" ")), ("start", .int(1)), ("stop", .int(0)),
    ])
    let parts = [
      replacement(space, with: " "), .object([("type", .string("ByteFallback"))]),
      .object([("type", .string("Fuse"))]),
    ]
    return .object([
      ("type", .string("Sequence")),
      ("decoders", .array(parts + (removesPrefix ? [strip] : []))),
    ])
  }

  private static func replacement(_ old: String, with new: String) -> JSONText {
    .object([
      ("type", .string("Replace")), ("pattern", .object([("String", .string(old))])),
      ("content", .string(new)),
    ])
  }
}
