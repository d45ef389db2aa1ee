import Fields

/// JSON whose members keep the order they were declared in.
indirect enum JSONText {
  case bool(Bool)
  case int(Int)
  case float(Double)
  case string(String)
  case array([JSONText])
  case object([(String, JSONText)])
  case null

  init(_ value: FieldValue) {
    self =
      switch value {
      case .absent: .null
      case .bool(let flag): .bool(flag)
      case .int(let number): .int(number)
      case .float(let number): .float(number)
      case .string(let text): .string(text)
      case .list(let elements): .array(elements.map(JSONText.init))
      case .map(let members):
        .object(
          members.filter { !$0.value.isAbsent }.sorted { $0.key < $1.key }
            .map { ($0.key, JSONText($0.value)) })
      }
  }

  /// Two spaces an indent; lists and maps of scalars on one line.
  var text: String { text(indent: "") }

  private func text(indent: String) -> String {
    switch self {
    case .null: return "null"
    case .bool(let flag): return flag ? "true" : "false"
    case .int(let number): return String(number)
    case .float(let number):
      return number.isFinite ? FieldValue.float(number).text : "null"
    case .string(let text): return Self.escaped(text)
    case .array(let elements):
      return Self.block("[", "]", elements.map { ("", $0) }, indent: indent)
    case .object(let members):
      return Self.block(
        "{", "}", members.map { (Self.escaped($0.0) + ": ", $0.1) }, indent: indent)
    }
  }

  private var isScalar: Bool {
    switch self {
    case .array, .object: false
    default: true
    }
  }

  private static func block(
    _ open: String, _ close: String, _ members: [(lead: String, value: JSONText)], indent: String
  ) -> String {
    let inner = indent + "  "
    let lines = members.map { $0.lead + $0.value.text(indent: inner) }
    let isShort = members.allSatisfy(\.value.isScalar) && lines.reduce(0) { $0 + $1.count } < 60
    if isShort { return open + lines.joined(separator: ", ") + close }
    return "\(open)\n\(inner)" + lines.joined(separator: ",\n\(inner)") + "\n\(indent)\(close)"
  }

  private static func escaped(_ text: String) -> String {
    var escaped = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": escaped += "\\\""
      case "\\": escaped += "\\\\"
      case "\n": escaped += "\\n"
      case "\t": escaped += "\\t"
      case "\u{0}"..<"\u{20}":
        let digits = String(scalar.value, radix: 16)
        escaped += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped + "\""
  }
}
