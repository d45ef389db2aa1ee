package import Fields
package import Foundation

/// Text to token ids and back.
///
/// Ids are the stored truth: what a model reads, writes and learns. Text is a view of them.
/// Decoding never fails, and ids that a model sampled need not be those that their own text encodes
/// to.
package protocol Tokenizer: Sendable {
  /// Number of ids that have a token; they count from 0. A model may have more ids, when its
  /// embedding was padded.
  var vocabularySize: Int { get }
  /// The id that ends a text and the id of padding; nil if the vocabulary has none.
  var endToken: Int32? { get }
  var padToken: Int32? { get }
  /// The ids of tokens that mark structure rather than stand for text, such as `<eos>`.
  var specialTokens: Set<Int32> { get }
  /// Everything that decides which ids a text gets, and which text ids get: tokenizers that differ
  /// in it are different, so it can enter keys. A large one may give a digest of its file.
  var fingerprint: FieldValue { get }

  /// Returns a token as people read it; nil for an id without a token.
  func token(_ id: Int32) -> String?
  /// Returns the id of a token that is written like this; nil if there is none.
  func id(of token: String) -> Int32?
  /// Returns the bytes that an id adds to a text, which need not be whole characters; U+FFFD for an
  /// id without a token. What depends on the place in a text, such as a space that only the
  /// beginning has not, is as in the middle of one.
  func bytes(of id: Int32) -> [UInt8]
  /// Returns the ids of a text.
  /// - Parameters:
  ///   - addSpecial: true if the special tokens are added that the tokenizer puts around a text,
  ///     such as the beginning of sequence.
  ///   - parseSpecial: true if special tokens may be written out in the text. Else they are text
  ///     like any other, as in what users write.
  func encode(
    _ text: String, addSpecial: Bool, parseSpecial: Bool
  ) throws(TokenizerError) -> [Int32]
  /// Returns the text of ids, with special tokens written out. Whatever is no text, for example an
  /// id without a token, becomes U+FFFD.
  func decode(_ ids: some Sequence<Int32>) -> String
  /// The bytes of `tokenizer.json`, as huggingface/tokenizers reads it.
  func encoded() -> Data
}

extension Tokenizer {
  /// Returns the ids of a text, in which special tokens may be written out; none are added.
  package func encode(_ text: String) throws(TokenizerError) -> [Int32] {
    try encode(text, addSpecial: false, parseSpecial: true)
  }

  /// Returns the ids of a text that continues another one; special tokens are found in it only if
  /// `parseSpecial`. A tokenizer that puts a space before every text, as SentencePiece does, would
  /// put one in the middle: there the text is encoded behind a line break, which is left out.
  package func encode(
    continuing text: String, parseSpecial: Bool = true
  ) throws(TokenizerError) -> [Int32] {
    let plain = try encode(text, addSpecial: false, parseSpecial: parseSpecial)
    guard plain.flatMap(bytes) != Array(text.utf8) else { return plain }
    let before = try encode("\n", addSpecial: false, parseSpecial: false)
    let whole = try encode("\n" + text, addSpecial: false, parseSpecial: parseSpecial)
    return whole.starts(with: before) ? Array(whole.dropFirst(before.count)) : plain
  }

  /// Returns the text of ids without the special tokens.
  package func decode(skippingSpecial ids: some Sequence<Int32>) -> String {
    let special = specialTokens
    return decode(ids.filter { !special.contains($0) })
  }

  /// The default is right where every token is whole characters.
  package func bytes(of id: Int32) -> [UInt8] { Array(decode(CollectionOfOne(id)).utf8) }
}

/// The reason a text has no ids.
package enum TokenizerError: Error, Hashable, CustomStringConvertible {
  /// No token begins at this character, counted from 0 in Unicode scalars.
  case noToken(at: Int, rest: String)
  /// The token for unknown characters is not in the vocabulary, and the text needs it.
  case missingUnknownToken(String)
  /// A pattern of the tokenizer takes too many steps on the text.
  case patternTooSlow
  /// The text grows without measure when it is normalised.
  case textTooLong

  package var description: String {
    switch self {
    case .noToken(let place, let rest):
      "no token of the vocabulary fits character \(place + 1), where '\(rest)' begins"
    case .missingUnknownToken(let token):
      "the text has characters without a token, and unk_token '\(token)' is not in the vocabulary"
    case .textTooLong: "the text grows without measure when the tokenizer normalises it"
    case .patternTooSlow: "a pattern of the tokenizer takes too many steps on the text"
    }
  }
}
