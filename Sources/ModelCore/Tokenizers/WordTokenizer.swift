package import Fields

/// A vocabulary in which every token is one fixed string: a character, or a mark such as `<eos>`. A
/// character is a Unicode scalar, as in huggingface/tokenizers.
///
/// Encoding takes the longest token that matches at each position. There is no merging,
/// normalisation or splitting by rules, so a text that can be encoded decodes to itself.
package struct WordTokenizer: Tokenizer, Hashable {
  /// The token of each id.
  package let vocabulary: [String]
  /// The id that ends a text and the id of padding; nil if the vocabulary has none.
  package let endToken: Int32?
  package let padToken: Int32?
  private let ids: [String: Int32]
  private let longest: Int

  /// - Parameters:
  ///   - vocabulary: the tokens, in order of their ids.
  ///   - end, pad: the tokens of the vocabulary with these roles.
  /// - Throws: `WordTokenizerError` if a token is empty or given twice, or a role names an unknown
  ///   token.
  package init(
    vocabulary: [String], end: String? = nil, pad: String? = nil
  ) throws(WordTokenizerError) {
    var ids: [String: Int32] = [:]
    for (id, token) in vocabulary.enumerated() {
      guard !token.isEmpty else { throw .emptyToken(id: id) }
      guard ids.updateValue(Int32(id), forKey: token) == nil else { throw .repeatedToken(token) }
    }
    for token in [end, pad].compactMap({ $0 }) where ids[token] == nil {
      throw .unknownToken(token)
    }
    self.vocabulary = vocabulary
    self.ids = ids
    endToken = end.flatMap { ids[$0] }
    padToken = pad.flatMap { ids[$0] }
    longest = vocabulary.map(\.unicodeScalars.count).max() ?? 0
  }

  package var vocabularySize: Int { vocabulary.count }

  /// The tokens of several characters.
  package var specialTokens: Set<Int32> {
    Set(vocabulary.indices.filter { vocabulary[$0].unicodeScalars.count > 1 }.map { Int32($0) })
  }

  package var fingerprint: FieldValue {
    .map(["type": .string("word"), "vocabulary": .list(vocabulary.map { .string($0) })])
  }

  package func id(of token: String) -> Int32? { ids[token] }

  package func token(_ id: Int32) -> String? {
    vocabulary.indices.contains(Int(id)) ? vocabulary[Int(id)] : nil
  }

  /// - Throws: `TokenizerError.noToken` at the first position where no token matches.
  package func encode(
    _ text: String, addSpecial: Bool, parseSpecial: Bool
  ) throws(TokenizerError) -> [Int32] {
    let longest = parseSpecial ? longest : min(longest, 1)
    let scalars = Array(text.unicodeScalars)
    func piece(_ range: Range<Int>) -> String {
      String(String.UnicodeScalarView(scalars[range]))
    }
    var tokens: [Int32] = []
    var start = 0
    next: while start < scalars.count {
      for end in (start..<min(start + longest, scalars.count)).reversed() {
        if let id = ids[piece(start..<end + 1)] {
          tokens.append(id)
          start = end + 1
          continue next
        }
      }
      throw .noToken(at: start, rest: piece(start..<min(start + 12, scalars.count)))
    }
    return tokens
  }

  package func decode(_ ids: some Sequence<Int32>) -> String {
    ids.map { token($0) ?? "\u{FFFD}" }.joined()
  }
}

package enum WordTokenizerError: Error, Hashable, CustomStringConvertible {
  case emptyToken(id: Int)
  case repeatedToken(String)
  case unknownToken(String)

  package var description: String {
    switch self {
    case .emptyToken(let id): "token \(id) of the vocabulary is empty"
    case .repeatedToken(let token): "token '\(token)' is in the vocabulary twice"
    case .unknownToken(let token): "token '\(token)' is not in the vocabulary"
    }
  }
}
