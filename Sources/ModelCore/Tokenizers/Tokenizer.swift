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
  /// Returns the ids of a text, in which special tokens may be written out.
  func encode(_ text: String) throws(TokenizerError) -> [Int32]
  /// Returns the text of ids, with special tokens written out. Whatever is no text, for example an
  /// id without a token, becomes U+FFFD.
  func decode(_ ids: some Sequence<Int32>) -> String
  /// Returns the bytes that a token adds to a text; a token need not be whole characters.
  func bytes(of id: Int32) -> [UInt8]
  /// The bytes of `tokenizer.json`, as huggingface/tokenizers reads it.
  func encoded() -> Data
}

extension Tokenizer {
  /// The default is right where every token is whole characters.
  package func bytes(of id: Int32) -> [UInt8] { Array(decode(CollectionOfOne(id)).utf8) }
}

/// The reason a text has no ids.
package enum TokenizerError: Error, Hashable, CustomStringConvertible {
  /// No token begins at this character, counted from 0 in Unicode scalars.
  case noToken(at: Int, rest: String)

  package var description: String {
    switch self {
    case .noToken(let place, let rest):
      "no token of the vocabulary fits character \(place + 1), where '\(rest)' begins"
    }
  }
}
