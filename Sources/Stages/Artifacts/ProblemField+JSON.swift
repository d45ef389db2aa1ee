import Fields
import Reasoning

extension ProblemField {
  /// A value as it stands in a line; nil where it would not be passed on as it is written.
  ///
  /// Problems are decoded anew at every stage they pass, and a decoder reads a whole number as an
  /// integer: `5.0`, `-0.0` and `1e+16` would be written as 5, 0 and 10000000000000000 by the next.
  init?(_ json: JSONText) {
    switch json {
    case .bool(let flag): self = .bool(flag)
    case .int(let number): self = .int(number)
    case .double(let number) where Int(exactly: number) == nil: self = .double(number)
    case .string(let text): self = .string(text)
    case .array(let elements):
      let texts = elements.compactMap(\.stringValue)
      guard texts.count == elements.count, !texts.isEmpty else { return nil }
      self = .texts(texts)
    case .null, .double, .float, .number, .object: return nil
    }
  }

  var json: JSONText {
    switch self {
    case .bool(let flag): .bool(flag)
    case .int(let number): .int(number)
    case .double(let number): .double(number)
    case .string(let text): .string(text)
    case .texts(let texts): .array(texts.map { .string($0) })
    }
  }

  /// The mistake of a value that is no problem field, and the help for it.
  /// - Parameter name: what the message calls the member, in quotes.
  static func mistake(_ json: JSONText, named name: String) -> (message: String, help: String?) {
    guard json.isNumber else {
      return ("\(name) can be text, texts, a number, true or false, not \(json.described)", nil)
    }
    let text = json.compact
    let other = keptText(of: text).map { ", or write \($0)" } ?? ""
    return (
      "the number \(text) of \(name) would not be kept as it is written",
      "write it as a string, \"\(text)\"\(other)"
    )
  }

  /// The nearest number that would be kept; nil for an integer that has none.
  private static func keptText(of text: String) -> String? {
    // An integer that is not kept has more digits than 64 bits hold, or is -0.
    guard !text.utf8.dropFirst().allSatisfy({ $0 >= 48 && $0 < 58 }), let number = Double(text)
    else { return nil }
    return (Int(exactly: number).map { .int($0) } ?? JSONText.double(number)).compact
  }
}
