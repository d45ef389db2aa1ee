/// A validated configuration value: the content of a field, without any trace of the file it came
/// from.
package enum FieldValue: Sendable, Hashable {
  /// An optional field or group that is not set.
  case absent
  case bool(Bool)
  case int(Int)
  case float(Double)
  /// A number with its original text, which differs from the text that its value alone would get.
  case number(String)
  case string(String)
  case list([FieldValue])
  case map([String: FieldValue])
}

extension FieldValue {
  /// The value of a member of a map; `.absent` if this is not a map or has no such member.
  package subscript(name: String) -> FieldValue {
    guard case .map(let members) = self else { return .absent }
    return members[name] ?? .absent
  }

  /// The value at a path of member names.
  package subscript(path path: [String]) -> FieldValue {
    path.reduce(self) { $0[$1] }
  }

  package var isAbsent: Bool { self == .absent }

  package var stringValue: String? {
    if case .string(let text) = self { text } else { nil }
  }

  package var intValue: Int? {
    if case .int(let number) = self { number } else { nil }
  }

  /// The number as a double, in whichever way it was written.
  package var doubleValue: Double? {
    switch self {
    case .int(let number): Double(number)
    case .float(let number): number
    case .number(let text): Double(text)
    default: nil
    }
  }

  package var listValue: [FieldValue]? {
    if case .list(let elements) = self { elements } else { nil }
  }

  package var mapValue: [String: FieldValue]? {
    if case .map(let members) = self { members } else { nil }
  }

  /// The value as YAML flow text, for plans, addresses and messages.
  package var text: String {
    switch self {
    case .absent: "none"
    case .bool(let flag): flag ? "true" : "false"
    case .int(let number): String(number)
    case .float(let number):
      number == number.rounded() && abs(number) < 1e15 ? String(Int(number)) : String(number)
    case .number(let text), .string(let text): text
    case .list(let elements): "[" + elements.map(\.text).joined(separator: ", ") + "]"
    case .map(let members):
      "{"
        + members.sorted { $0.key < $1.key }.filter { !$0.value.isAbsent }
        .map { "\($0.key): \($0.value.text)" }.joined(separator: ", ") + "}"
    }
  }
}

extension FieldValue {
  /// A copy with the member at a path replaced.
  package func setting(_ value: FieldValue, at path: ArraySlice<String>) -> FieldValue {
    guard let name = path.first else { return value }
    var members = mapValue ?? [:]
    members[name] = self[name].setting(value, at: path.dropFirst())
    return .map(members)
  }
}
