import Fields

/// The tokens of a model, and their ids.
struct TokenVocabulary: Sendable {
  /// The largest id that a file may use; it bounds what a file can make us allocate.
  static let largestID = 1 << 22 - 1

  /// The tokens as files write them.
  private(set) var tokens = ByteStrings()

  /// Reads an object of tokens and ids.
  init(_ part: TokenizerPart) throws(ModelFileError) {
    guard case .object(let members) = part.json else { throw part.wrong(nil, "an object") }
    for (token, value) in members {
      guard let number = value.intValue, let id = Int32(exactly: number), id >= 0,
        id <= Self.largestID
      else { throw part.wrong(token, "an id from 0 to \(Self.largestID)") }
      guard tokens.insert(Array(token.utf8), id: id) else {
        throw part.failure(.malformed("two tokens have the id \(id)"), at: token)
      }
    }
  }

  func id(of token: String) -> Int32? { tokens.id(of: Array(token.utf8)) }
}
