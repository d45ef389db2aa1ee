package import ModelCore

/// The end of a part of a response: a token of its own, or a text whichever tokens spell it.
///
/// `</think>` is one added token for Qwen3, and several ordinary ones for models that learned the
/// same format with an older vocabulary.
package enum EndMark: Sendable, Hashable {
  case token(Int32)
  case text(TextMark)

  /// Returns the first place of the mark; nil if it is not there.
  package func place(in tokens: ArraySlice<Int32>) -> MarkPlace? {
    switch self {
    case .token(let id): tokens.firstIndex(of: id).map(MarkPlace.init(token:))
    case .text(let mark): mark.place(in: tokens)
    }
  }

  /// True if the mark ends in the last of the tokens.
  package func ends(_ tokens: ArraySlice<Int32>) -> Bool {
    switch self {
    case .token(let id): tokens.last == id
    case .text(let mark): mark.ends(tokens)
    }
  }

  /// Returns the tokens without those at their end in which the mark begins but does not end, so
  /// that a whole one can be put after them.
  package func withoutBeginning(_ tokens: ArraySlice<Int32>) -> ArraySlice<Int32> {
    switch self {
    case .token: tokens
    case .text(let mark): mark.withoutBeginning(tokens)
    }
  }

  /// The token that is the mark; nil for a text, which has many spellings.
  package var token: Int32? {
    if case .token(let id) = self { id } else { nil }
  }
}

extension SamplingSettings {
  /// Has sampling stop where a response of the format ends.
  mutating func stopAtEndOfResponse(in format: any ResponseFormat) {
    stopTokens = format.stopTokens
    stopStrings = format.stopStrings
  }

  /// Has sampling stop where thinking ends, or the response without it.
  mutating func stopAtEndOfThinking(in format: any ResponseFormat) {
    stopAtEndOfResponse(in: format)
    switch format.endOfThinking {
    case .token(let id): stopTokens.insert(id, at: 0)
    case .text(let mark): stopStrings.insert(mark, at: 0)
    case nil: break
    }
  }
}
