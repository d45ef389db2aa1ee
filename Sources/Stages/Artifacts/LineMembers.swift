import Fields
import PipelineCore

/// Reads and checks the members of one line that was written by other software. Every mistake is
/// reported at its member.
struct LineMembers {
  private let json: JSONText
  private let line: ObjectLine
  private let path: [String]
  private(set) var mistakes: [Diagnostic] = []

  /// - Parameters:
  ///   - json: a JSON object.
  ///   - path: the path of names that leads to the object.
  init(_ json: JSONText, _ line: ObjectLine, path: [String] = []) {
    self.json = json
    self.line = line
    self.path = path
  }

  mutating func report(_ message: String, at name: String, help: String? = nil) {
    mistakes.append(line.mistake(message, in: path + [name], help: help))
  }

  /// Adds mistakes that were found inside a member that is an object.
  mutating func report(_ found: [Diagnostic]) { mistakes += found }

  func has(_ name: String) -> Bool { value(name) != nil }

  /// The value of a member; a member that is null counts as missing.
  private func value(_ name: String) -> JSONText? {
    guard let value = json[name] else { return nil }
    if case .null = value { return nil }
    return value
  }

  private mutating func value(_ name: String, isRequired: Bool) -> JSONText? {
    if let value = value(name) { return value }
    guard isRequired else { return nil }
    guard case .object(let members) = json else { return nil }
    let names = members.map(\.0)
    let place = (path + [name]).joined(separator: ".")
    mistakes.append(
      line.mistake(
        "missing member '\(place)'",
        help: UnknownName("member", name, among: names).suggestion
          ?? "the line has " + names.prefix(16).map(\.quoted).joined(separator: ", ")))
    return nil
  }

  private mutating func mismatch(_ expected: String, _ value: JSONText, _ name: String) {
    let help: String? =
      switch value {
      case .int, .double, .float, .number: expected == "text" ? "put it in quotes" : nil
      case .string: expected == "text" ? nil : "remove the quotes"
      default: nil
      }
    let found = value.stringValue?.quoted ?? value.described
    report("expected \(expected) for '\(name)', found \(found)", at: name, help: help)
  }

  mutating func text(
    _ name: String, isRequired: Bool = true, isEmptyAllowed: Bool = true
  ) -> String? {
    guard let value = value(name, isRequired: isRequired) else { return nil }
    guard let text = value.stringValue else {
      mismatch("text", value, name)
      return nil
    }
    guard isEmptyAllowed || !text.isEmpty else {
      report("'\(name)' is empty", at: name)
      return nil
    }
    return text
  }

  mutating func flag(_ name: String, isRequired: Bool = true) -> Bool? {
    guard let value = value(name, isRequired: isRequired) else { return nil }
    guard case .bool(let flag) = value else {
      mismatch("true or false", value, name)
      return nil
    }
    return flag
  }

  mutating func whole(
    _ name: String, in range: ClosedRange<Int>, isRequired: Bool = true
  ) -> Int? {
    guard let value = value(name, isRequired: isRequired) else { return nil }
    guard let number = value.intValue else {
      mismatch("a whole number", value, name)
      return nil
    }
    guard range.contains(number) else {
      report(
        "expected \(FieldType.int(range).boundedText()) for '\(name)', found \(number)", at: name)
      return nil
    }
    return number
  }

  mutating func wholes(_ name: String, in range: ClosedRange<Int>) -> [Int]? {
    guard let elements = elements(name) else { return nil }
    var numbers: [Int] = []
    for (index, element) in elements.enumerated() {
      guard let number = element.intValue, range.contains(number) else {
        report(
          "expected \(FieldType.int(range).boundedText()) for element \(index + 1) of '\(name)', "
            + "found \(element.described)", at: name)
        return nil
      }
      numbers.append(number)
    }
    return numbers
  }

  mutating func numbers(_ name: String) -> [Float]? {
    guard let elements = elements(name) else { return nil }
    var numbers: [Float] = []
    for (index, element) in elements.enumerated() {
      guard let number = FieldValue(exactly: element).doubleValue, Float(number).isFinite else {
        report(
          "expected a finite number for element \(index + 1) of '\(name)', found "
            + element.described,
          at: name)
        return nil
      }
      numbers.append(Float(number))
    }
    return numbers
  }

  private mutating func elements(_ name: String) -> [JSONText]? {
    guard let value = value(name, isRequired: false) else { return nil }
    guard let elements = value.arrayValue else {
      mismatch("a list", value, name)
      return nil
    }
    return elements
  }

  mutating func object(_ name: String, isRequired: Bool) -> JSONText? {
    guard let value = value(name, isRequired: isRequired) else { return nil }
    guard case .object = value else {
      mismatch("an object", value, name)
      return nil
    }
    return value
  }

  mutating func choices(_ name: String, among names: [String]) -> [String]? {
    guard let elements = elements(name) else { return nil }
    for element in elements {
      guard let text = element.stringValue, names.contains(text) else {
        let found = element.stringValue ?? element.described
        report(UnknownName("value", found, "for '\(name)'", among: names).message, at: name)
        return nil
      }
    }
    return elements.compactMap(\.stringValue)
  }

  mutating func choice(_ name: String, among names: [String]) -> String? {
    guard let text = text(name, isRequired: false) else { return nil }
    guard names.contains(text) else {
      report(UnknownName("value", text, "for '\(name)'", among: names).message, at: name)
      return nil
    }
    return text
  }
}
