package import Fields
package import Foundation

/// A tokenizer made of the parts of a `tokenizer.json`: added tokens are found first; the rest is
/// normalised and divided into pieces, of which the model makes tokens. It gives the ids that
/// huggingface/tokenizers gives.
///
/// Members `truncation` and `padding` are not applied: how long a sequence may be is the caller's
/// business.
package struct SubwordTokenizer: Tokenizer {
  private let normalizer: (any Normalizer)?
  private let preTokenizer: (any PreTokenizer)?
  private let model: any TokenModel
  private let postProcessor: (any PostProcessor)?
  /// The part of the decoder that needs all tokens; nil if `texts` are all that there is to it.
  private let decoder: (any TokenDecoder)?

  private let addedTokens: [Int32: AddedToken]
  private let addedTexts: ByteStrings
  private let rawTokens: AddedTokenFinder
  private let normalizedTokens: AddedTokenFinder
  /// The text of the added tokens that are searched for in normalised text, as it is there.
  private let normalizedTexts: [Int32: [UInt8]]
  /// The text of each id behind others, as far as that does not depend on them; see `TokenDecoder`.
  private let texts: TextPieces
  /// The part of the decoder that makes `texts`, if the first token stands for other bytes.
  private let ofFirstToken: (any TokenDecoder)?
  /// The text between two tokens.
  private let separator: [UInt8]

  package let vocabularySize: Int
  package let endToken: Int32?
  package let padToken: Int32?
  package let specialTokens: Set<Int32>
  private let file: EncodedTokenizer

  /// The most bytes of the texts of all tokens together.
  private static let mostTextBytes = TokenizerFile.limit
  /// The number of bytes for which room is made for each token.
  private static let usualLength = 5

  /// - Parameters:
  ///   - root: the whole `tokenizer.json`.
  ///   - bytes: the same as it is written.
  init(
    _ root: TokenizerPart, bytes: Data, endToken: Int32?, padToken: Int32?
  ) throws(ModelFileError) {
    var normalizer: (any Normalizer)?
    if let part = root.part("normalizer") { normalizer = try Normalizers.read(part) }
    var preTokenizer: (any PreTokenizer)?
    if let part = root.part("pre_tokenizer") { preTokenizer = try PreTokenizers.read(part) }
    guard let modelPart = root.part("model") else { throw root.wrong("model", "an object") }
    // A byte that is not in the vocabulary falls back on the bytes of the character that stands for
    // it, which a model that reads the bytes themselves does not see.
    let fallsBack = try modelPart.flag("byte_fallback", default: false)
    let keepingBytes = fallsBack ? nil : preTokenizer?.keepingBytes
    model = try TokenModels.read(modelPart, readsBytes: keepingBytes != nil)
    self.normalizer = normalizer
    self.preTokenizer = keepingBytes ?? preTokenizer
    postProcessor = try root.part("post_processor").map(throwing: PostProcessors.read)
    let decoder = try root.part("decoder").map(throwing: TokenDecoders.read)

    let added = try Self.addedTokens(root, model.vocabulary)
    addedTokens = Dictionary(uniqueKeysWithValues: added.map { ($0.id, $0) })
    addedTexts = added.reduce(into: ByteStrings()) { texts, token in
      _ = texts.insert(Array(token.content.utf8), id: token.id)
    }
    specialTokens = Set(added.filter(\.isSpecial).map(\.id))
    var normalizedTexts: [Int32: [UInt8]] = [:]
    var budget = TextBudget(for: bytes.count)
    for token in added where token.isNormalized {
      var text = Array(token.content.utf8)
      do {
        if let normalizer { text = try normalizer.normalize(text, &budget) }
      } catch {
        throw root.failure(.malformed(error.description), at: "added_tokens")
      }
      guard text.count <= AddedToken.longest else {
        throw root.failure(AddedToken.tooLong(text.count), at: "added_tokens")
      }
      normalizedTexts[token.id] = text
    }
    self.normalizedTexts = normalizedTexts
    rawTokens = AddedTokenFinder(
      added.filter { !$0.isNormalized }.map { ($0, Array($0.content.utf8)) })
    normalizedTokens = AddedTokenFinder(
      added.filter(\.isNormalized).map { ($0, normalizedTexts[$0.id] ?? []) })
    vocabularySize = max(
      model.vocabulary.tokens.idCount, 1 + (added.map { Int($0.id) }.max() ?? -1))
    for (id, name) in [(endToken, "eos_token_id"), (padToken, "pad_token_id")] {
      guard let id, id < 0 || id >= vocabularySize else { continue }
      throw root.failure(.malformed("no token has the id \(id), which is the \(name)"))
    }
    self.endToken = endToken
    self.padToken = padToken
    file = EncodedTokenizer(bytes)
    let ofEachToken: (any TokenDecoder)?
    if let decoder, decoder.isLocal || decoder.isOfEachToken {
      (ofEachToken, self.decoder) = (decoder, nil)
    } else if let sequence = decoder as? SequenceDecoder {
      (ofEachToken, self.decoder) = sequence.parts
    } else {
      (ofEachToken, self.decoder) = (nil, decoder)
    }
    ofFirstToken = ofEachToken?.seesFirst ?? false ? ofEachToken : nil
    separator = decoder == nil ? Array(" ".utf8) : []
    var texts = TextPieces(roomFor: vocabularySize, bytes: bytes.count / 4)
    for id in 0..<Int32(vocabularySize) {
      if let token = Self.written(id, model, addedTokens, normalizedTexts) {
        texts.append(ofEachToken?.bytes(of: token, &budget) ?? token)
      } else {
        texts.append(Self.missing)
      }
      guard budget.steps > 0 else {
        throw root.failure(
          .malformed("a pattern takes too many steps on the tokens"), at: "decoder")
      }
      guard texts.bytes.count <= Self.mostTextBytes else {
        throw root.failure(
          .tooLarge("the decoder makes more than \(Self.mostTextBytes) bytes of the tokens"),
          at: "decoder")
      }
    }
    self.texts = texts
  }

  /// Returns the text of a token as the decoder takes it; nil for an id that no token has.
  private static func written(
    _ id: Int32, _ model: any TokenModel, _ added: [Int32: AddedToken],
    _ normalized: [Int32: [UInt8]]
  ) -> [UInt8]? {
    normalized[id] ?? added[id].map { Array($0.content.utf8) }
      ?? model.vocabulary.tokens[id].map(Array.init)
  }

  /// Reads the added tokens. One that the model has too keeps the model's id. Another one has the
  /// id after the model's tokens and the added tokens before it: huggingface/tokenizers counts so,
  /// whatever the file says.
  private static func addedTokens(
    _ root: TokenizerPart, _ vocabulary: TokenVocabulary
  ) throws(ModelFileError) -> [AddedToken] {
    guard root.part("added_tokens") != nil else { return [] }
    var tokens: [AddedToken] = []
    var contents: Set<[UInt8]> = []
    var ids: Set<Int32> = []
    var nextID = vocabulary.tokens.count
    for part in try root.list("added_tokens") {
      let token = try AddedToken(part)
      guard !token.content.isEmpty else { continue }
      let text = Array(token.content.utf8)
      let isNew = contents.insert(text).inserted && ids.insert(token.id).inserted
      guard isNew else {
        throw part.failure(
          .malformed("the added token '\(token.content)' or its id \(token.id) is given twice"),
          at: "content")
      }
      let expected = vocabulary.tokens.id(of: text).map { Int($0) } ?? nextID
      guard Int(token.id) == expected else {
        throw part.failure(
          .malformed(
            "the added token '\(token.content)' has the id \(token.id); expected \(expected)"),
          at: "id")
      }
      nextID = max(nextID, expected + 1)
      tokens.append(token)
    }
    return tokens
  }

  // MARK: Tokens

  package var fingerprint: FieldValue { file.fingerprint }

  package func encoded() -> Data { file.bytes }

  package func token(_ id: Int32) -> String? {
    addedTokens[id]?.content
      ?? model.vocabulary.tokens[id].map { String(decoding: $0, as: UTF8.self) }
  }

  package func id(of token: String) -> Int32? {
    addedTexts.id(of: Array(token.utf8)) ?? model.vocabulary.id(of: token)
  }

  package func bytes(of id: Int32) -> [UInt8] {
    let text = Array(text(of: id))
    var budget = TextBudget(for: text.count)
    return decoder?.bytes(of: text, &budget) ?? text
  }

  /// The text in place of an id that no token has.
  private static let missing = Array("\u{FFFD}".utf8)

  private func text(of id: Int32) -> ArraySlice<UInt8> {
    texts.indices.contains(Int(id)) ? texts[Int(id)] : Self.missing[...]
  }

  /// Returns the text of the first id, as far as that does not depend on those behind it.
  private func firstText(of id: Int32) -> ArraySlice<UInt8> {
    guard let ofFirstToken, let token = Self.written(id, model, addedTokens, normalizedTexts)
    else { return text(of: id) }
    var budget = TextBudget(for: token.count)
    return ofFirstToken.firstBytes(of: token, &budget)[...]
  }

  // MARK: Text to ids

  package func encode(
    _ text: String, addSpecial: Bool, parseSpecial: Bool
  ) throws(TokenizerError) -> [Int32] {
    var pieces = PreTokenizedText(Array(text.utf8))
    rawTokens.divide(&pieces, findsSpecial: parseSpecial)
    if let normalizer {
      var budget = pieces.budget
      try pieces.rewrite { piece, bytes, result throws(TokenizerError) in
        result += try normalizer.normalize(
          piece.range.count == bytes.count ? bytes : Array(bytes[piece.range]), &budget)
      }
      pieces.budget = budget
    }
    normalizedTokens.divide(&pieces, findsSpecial: parseSpecial)
    try preTokenizer?.divide(&pieces)
    var ids: [Int32] = []
    ids.reserveCapacity(pieces.bytes.count / 3 + 8)
    try model.encode(pieces, into: &ids)
    return postProcessor?.process(ids, addsSpecial: addSpecial) ?? ids
  }

  // MARK: Ids to text

  package func decode(_ ids: some Sequence<Int32>) -> String { text(of: Array(ids)) }

  private func text(of ids: [Int32]) -> String {
    guard let first = ids.first else { return "" }
    guard let decoder else {
      var bytes: [UInt8] = []
      bytes.reserveCapacity(Self.usualLength * ids.count)
      bytes += firstText(of: first)
      for id in ids.dropFirst() {
        if !separator.isEmpty { bytes += separator }
        bytes += text(of: id)
      }
      return String(decoding: bytes, as: UTF8.self)
    }
    var pieces = TextPieces(roomFor: ids.count, bytes: Self.usualLength * ids.count)
    pieces.append(firstText(of: first))
    for id in ids.dropFirst() { pieces.append(text(of: id)) }
    var budget = TextBudget(for: pieces.bytes.count)
    decoder.decode(&pieces, &budget)
    return String(decoding: pieces.bytes, as: UTF8.self)
  }
}

extension Optional where Wrapped: Sendable {
  /// `map` with a function that throws an error of one type.
  fileprivate func map<Result, Failure: Error>(
    throwing transform: (Wrapped) throws(Failure) -> Result
  ) throws(Failure) -> Result? {
    guard let self else { return nil }
    return try transform(self)
  }
}
