/// JSON with fully defined bytes: members in the order given, one way to write each value.
///
/// Foundation's encoder may change its formatting between releases, and these files are hashed.
package enum JSONText: Sendable {
  case null
  case bool(Bool)
  case int(Int)
  case double(Double)
  case float(Float)
  /// A number with its original text, if the cases above would write it differently: `1.10`.
  case number(String)
  case string(String)
  case array([JSONText])
  case object([(String, JSONText)])

  /// A configuration value: members sorted by name, absent ones left out.
  package init(_ value: FieldValue) {
    self =
      switch value {
      case .absent: .null
      case .bool(let flag): .bool(flag)
      case .int(let number): .int(number)
      case .float(let number): number.isFinite ? .double(number) : .null
      case .number(let text): .number(text)
      case .string(let text): .string(text)
      case .list(let elements): .array(elements.map(JSONText.init))
      case .map(let members):
        .object(
          members.filter { !$0.value.isAbsent }.sorted { $0.key < $1.key }
            .map { ($0.key, JSONText($0.value)) })
      }
  }

  /// The text on one line, without spaces.
  package var compact: String {
    var text = ""
    write(to: &text, indentation: nil)
    return text
  }

  /// The text indented by two spaces, with a final newline.
  package var indented: String {
    var text = ""
    write(to: &text, indentation: 0)
    return text + "\n"
  }

  private func write(to text: inout String, indentation: Int?) {
    switch self {
    case .null: text += "null"
    case .bool(let flag): text += flag ? "true" : "false"
    case .int(let number): text += String(number)
    case .double(let number): text += String(number)  // the shortest text that reads back the same
    case .float(let number): text += String(number)
    case .number(let literal): text += literal
    case .string(let string): text += Self.quoted(string)
    case .array(let elements):
      Self.writeItems(elements, between: "[", "]", to: &text, indentation) {
        $0.write(to: &$1, indentation: $2)
      }
    case .object(let members):
      Self.writeItems(members, between: "{", "}", to: &text, indentation) { member, text, inner in
        text += Self.quoted(member.0) + (inner == nil ? ":" : ": ")
        member.1.write(to: &text, indentation: inner)
      }
    }
  }

  private static func writeItems<Item>(
    _ items: [Item], between open: String, _ close: String, to text: inout String,
    _ indentation: Int?, _ write: (Item, inout String, Int?) -> Void
  ) {
    text += open
    let inner = indentation.map { $0 + 2 }
    for (index, item) in items.enumerated() {
      if index > 0 { text += "," }
      if let inner { text += "\n" + String(repeating: " ", count: inner) }
      write(item, &text, inner)
    }
    if let indentation, !items.isEmpty { text += "\n" + String(repeating: " ", count: indentation) }
    text += close
  }

  /// The string in quotes, with the escapes of RFC 8259 § 7; everything else is plain UTF-8.
  package static func quoted(_ string: String) -> String {
    var text = "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case _ where scalar.value < 0x20: text += escaped(scalar)
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text + "\""
  }

  /// The escape of a scalar below U+10000.
  static func escaped(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16)
    return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
  }
}

extension JSONText {
  /// A value that may not be known, which is null then.
  package static func optional(_ text: String?) -> JSONText { text.map { .string($0) } ?? .null }

  package static func optional(_ number: Int?) -> JSONText { number.map { .int($0) } ?? .null }

  /// JSON has no infinite numbers.
  package static func optional(_ number: Double?) -> JSONText {
    number.flatMap { $0.isFinite ? .double($0) : nil } ?? .null
  }
}
