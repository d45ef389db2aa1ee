/// The shared vocabulary of the ladder suite: 52 tokens, each a single character except for the
/// marks that structure a response.
///
/// A response reads `PROMPT <t> THINKING </t> ANSWER <eos>`; `<b>NNN</b>` before `<t>` states a
/// budget. A two-digit number is two tokens.
package enum LadderVocabulary {
  package static let padding: Int32 = 0
  package static let endOfSequence: Int32 = 1
  package static let beginThinking: Int32 = 2
  package static let endThinking: Int32 = 3
  package static let beginBudget: Int32 = 4
  package static let endBudget: Int32 = 5
  /// The digit 0; the ids of the ten digits are consecutive.
  static let zero: Int32 = 9

  /// All tokens in the order of their ids. "No" in a search trace is the letter `n`; the id after
  /// `y`, where a separate mark would be, stays unused so that the model's width remains 52.
  package static let tokens: [String] =
    ["<pad>", "<eos>", "<t>", "</t>", "<b>", "</b>"]
    + "CMO0123456789+-*=;?:,<>~!@#_y".map { String($0) } + ["<unused>"]
    + "abcdefghijklmnop".map { String($0) }

  /// Tokens that no text contains and that sampling must never produce.
  package static let banned: [Int32] = [padding, Int32(tokens.firstIndex(of: "<unused>")!)]

  /// The banned tokens for a model with more ids than tokens, for example when its embedding was
  /// padded to a round size. An id without a token has no meaning, so it is banned too.
  package static func banned(ofVocabularySize size: Int) -> [Int32] {
    banned + (tokens.count..<max(tokens.count, size)).map { Int32($0) }
  }

  /// All characters that a text may contain.
  package static let characters = tokens.filter { $0.utf8.count == 1 }.joined()

  /// Ids by ASCII code; -1 for characters outside the vocabulary.
  private static let ids: [Int32] = {
    var ids = [Int32](repeating: -1, count: 128)
    for (id, token) in tokens.enumerated() where token.utf8.count == 1 {
      ids[Int(token.utf8.first!)] = Int32(id)
    }
    return ids
  }()

  /// The marks that can be spelled with characters of the vocabulary, such as `<b>`, each with the
  /// ids of its spelling.
  private static let spelledMarks: [(mark: String, ids: [Int32])] = tokens.compactMap { token in
    guard token.utf8.count > 1 else { return nil }
    let spelling = token.utf8.map { ids[Int($0)] }
    return spelling.contains(-1) ? nil : (token, spelling)
  }

  /// Returns true if a text may contain the scalar.
  package static func has(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 128 && ids[Int(scalar.value)] >= 0
  }

  /// Encodes a text, one id per character. Structure marks are not text: add their ids yourself.
  /// Text that spells a mark is rejected, because the tokenizer stored beside a model would read
  /// the mark in it.
  package static func encode(_ text: String) throws(ProblemError) -> [Int32] {
    var encoded: [Int32] = []
    encoded.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      guard scalar.value < 128, ids[Int(scalar.value)] >= 0 else {
        throw .notInVocabulary(Character(scalar), text: text)
      }
      encoded.append(ids[Int(scalar.value)])
    }
    for (mark, spelling) in spelledMarks {
      let starts = encoded.indices.lazy.filter { encoded[$0] == spelling[0] }
      if starts.contains(where: { encoded[$0...].starts(with: spelling) }) {
        throw .spellsMark(mark, text: text)
      }
    }
    return encoded
  }

  /// Concatenates the tokens; structure marks appear by name. An id outside the vocabulary becomes
  /// U+FFFD.
  package static func decode(_ ids: some Sequence<Int32>) -> String {
    ids.map { tokens.indices.contains(Int($0)) ? tokens[Int($0)] : "\u{FFFD}" }.joined()
  }
}
