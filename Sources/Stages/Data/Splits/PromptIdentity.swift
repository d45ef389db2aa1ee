import Fields
import Foundation
import Reasoning

/// The rule by which two prompts are one.
package enum PromptIdentity: String, FieldChoice {
  case bytes, text

  package var meaning: String {
    switch self {
    case .bytes: "the same bytes"
    case .text:
      "the same text in Unicode's form NFC, any white space as one space and none around it"
    }
  }

  /// Returns the text that equal prompts have in common.
  func content(of prompt: String) -> ExactText {
    ExactText(self == .bytes ? prompt : Self.normalized(prompt))
  }

  /// The text in form NFC (Unicode Standard Annex 15), each run of white space as one space, and
  /// none around it. Upper and lower case stay: `x` and `X` are two unknowns.
  static func normalized(_ text: String) -> String {
    let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return words.utf8.allSatisfy { $0 < 0x80 } ? words : words.precomposedStringWithCanonicalMapping
  }
}
