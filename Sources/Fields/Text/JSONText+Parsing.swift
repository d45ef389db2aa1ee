/// The reason why bytes are not valid JSON, with the offset of the error, from 0.
package struct JSONTextError: Error, Sendable, Hashable, CustomStringConvertible {
  package let reason: String
  package let offset: Int

  package init(reason: String, offset: Int) {
    self.reason = reason
    self.offset = offset
  }

  package var description: String { "\(reason) at byte \(offset)" }
}

extension JSONText {
  /// Reads RFC 8259 JSON without losing how it was written: members keep their order, and `1` is an
  /// int but `1.0` a double, which Foundation's decoder does not distinguish. A number keeps its
  /// text if Laconic would write it differently (`1.10`, `1e2`, `-0`, more digits than 64 bits
  /// hold), so that it is written back with the same characters.
  /// - Throws: `JSONTextError`, also for arrays and objects nested more than 64 deep, and for two
  ///   members of the same name.
  package init(parsing bytes: some Sequence<UInt8>) throws(JSONTextError) {
    var parser = JSONParser(bytes: Array(bytes))
    self = try parser.document()
  }

  /// Reads JSON as Python's `json` writes it: also `NaN`, `Infinity` and `-Infinity`, which become
  /// doubles, and half of a surrogate pair, which becomes U+FFFD.
  /// - Throws: `JSONTextError`, as `init(parsing:)` does.
  package init(parsingPython bytes: some Sequence<UInt8>) throws(JSONTextError) {
    var parser = JSONParser(bytes: Array(bytes), isPython: true)
    self = try parser.document()
  }

  /// A number with the text that a YAML file or a command line has for it; nil for what is no
  /// number to JSON: `007`, `0x10`, `.5`, `+1`.
  package init?(numberWritten text: String) {
    guard let json = try? JSONText(parsing: text.utf8), json.isNumber else { return nil }
    self = json
  }
}

extension JSONText {
  /// The member of an object; nil if this is not an object or has no such member.
  package subscript(name: String) -> JSONText? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.0 == name }?.1
  }

  /// The value of a member; nil if it is missing or null.
  package func value(of member: String) -> JSONText? {
    guard let value = self[member] else { return nil }
    if case .null = value { return nil }
    return value
  }

  package var stringValue: String? { if case .string(let text) = self { text } else { nil } }
  package var intValue: Int? { if case .int(let number) = self { number } else { nil } }
  /// The value of a number, however it is written; nil for other values, and beyond the range of
  /// Double.
  package var finiteValue: Double? {
    let value: Double? =
      switch self {
      case .int(let number): Double(number)
      case .double(let number): number
      case .float(let number): Double(number)
      case .number(let text): Double(text)
      case .null, .bool, .string, .array, .object: nil
      }
    return value.flatMap { $0.isFinite ? $0 : nil }
  }
  package var isNumber: Bool {
    switch self {
    case .int, .double, .float, .number: true
    case .null, .bool, .string, .array, .object: false
    }
  }
  package var arrayValue: [JSONText]? {
    if case .array(let elements) = self { elements } else { nil }
  }

  /// The value with all types preserved, so that `FieldValue.init(exactly:)` restores it: absent
  /// members are null, and a float is written with a point or an exponent.
  package static func exactly(_ value: FieldValue) -> JSONText {
    switch value {
    case .list(let elements): .array(elements.map(exactly))
    case .map(let members):
      .object(
        members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
          .map { ($0.key, exactly($0.value)) })
    default: JSONText(value)
    }
  }
}

extension FieldValue {
  package init(exactly json: JSONText) {
    self =
      switch json {
      case .null: .absent
      case .bool(let flag): .bool(flag)
      case .int(let number): .int(number)
      case .double(let number): .float(number)
      case .float(let number): .float(Double(number))
      case .number(let text): .number(text)
      case .string(let text): .string(text)
      case .array(let elements): .list(elements.map(FieldValue.init(exactly:)))
      case .object(let members):
        .map(
          Dictionary(
            members.map { ($0.0, FieldValue(exactly: $0.1)) },
            uniquingKeysWith: { first, _ in first }
          ))
      }
  }
}
