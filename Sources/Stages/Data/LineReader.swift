import Fields
import PipelineCore
import Reasoning

/// Reads the members of one record of a data file, and keeps the mistakes in them.
struct LineReader {
  private let row: JSONText
  /// True if the members are the cells of a row, which are texts.
  private let isRow: Bool
  private let configuration: DataKind.Configuration
  private(set) var mistakes: [DataRow.Mistake] = []

  init(_ record: DataRecord, _ configuration: DataKind.Configuration) {
    row = record.members
    isRow = record.source.isRow
    self.configuration = configuration
  }

  /// True if `fields` says where a field is.
  func maps(_ field: String) -> Bool { configuration.fields[field] != nil }

  mutating func report(
    _ message: String, at member: [String]?, help: String? = nil, nearest: String? = nil
  ) {
    mistakes.append(
      DataRow.Mistake(message: message, member: member, help: help, nearest: nearest))
  }

  mutating func report(_ message: String, at text: LineText) {
    report(message, at: text.members.first)
  }

  // MARK: Texts

  /// A field that is text.
  /// - Parameter name: the member's name; nil for the one that `fields` gives.
  mutating func text(
    _ field: String, at name: String? = nil, isEmptyAllowed: Bool = false
  ) -> LineText? {
    guard let (value, path) = member(field, at: name) else { return nil }
    return text(field, value, path, isEmptyAllowed: isEmptyAllowed)
  }

  /// Two members that are one text, with a space between them.
  mutating func text(_ field: String, at first: String, then second: String) -> LineText? {
    let body = text(field, at: first)?.trimmed
    guard let question = text(field, at: second)?.trimmed, let body else { return nil }
    return LineText(
      text: body.text + " " + question.text, members: body.members + question.members)
  }

  /// A field that is text or a number, which is kept as it is written.
  mutating func textOrNumber(_ field: String, at name: String? = nil) -> LineText? {
    guard let (value, path) = member(field, at: name) else { return nil }
    if value.isNumber { return LineText(text: value.compact, members: [path]) }
    return text(field, value, path, isEmptyAllowed: false)
  }

  private mutating func text(
    _ field: String, _ value: JSONText, _ path: [String], isEmptyAllowed: Bool
  ) -> LineText? {
    guard let text = value.stringValue else {
      report(
        "expected text for the \(field), found \(value.described)", at: path,
        help: value.isNumber ? "put it in quotes" : nil)
      return nil
    }
    guard isEmptyAllowed || !text.allSatisfy(\.isWhitespace) else {
      report("the \(field) is empty", at: path)
      return nil
    }
    return LineText(text: text, members: [path])
  }

  // MARK: Other fields

  mutating func difficulty() -> Int? {
    guard let (value, path) = member("difficulty") else { return nil }
    let written = isRow ? value.stringValue.flatMap { Int($0) } : value.intValue
    guard let number = written, (1...6).contains(number) else {
      report(
        "expected a whole number from 1 to 6 for the difficulty, found "
          + (value.stringValue.map { "'\($0)'" } ?? value.described), at: path)
      return nil
    }
    return number
  }

  /// The fields that are carried along with the problem. A member that is null counts as missing.
  mutating func extra() -> [String: ProblemField] {
    var extra: [String: ProblemField] = [:]
    for field in configuration.fields.keys.sorted()
    where !DataKind.Configuration.known.contains(field) {
      guard let (value, path) = member(field) else { continue }
      extra[field] = carried(value, named: field, at: path)
    }
    return extra
  }

  /// A member that a format carries along where it is there.
  mutating func carried(_ name: String) -> ProblemField? {
    row[name].flatMap { carried($0, named: name, at: [name]) }
  }

  private mutating func carried(
    _ value: JSONText, named field: String, at path: [String]
  ) -> ProblemField? {
    if case .null = value { return nil }
    if isRow, let cell = value.stringValue {
      // A number that JSON would write in the same way is one.
      let number = JSONText(numberWritten: cell).flatMap(ProblemField.init)
      return cell.isEmpty ? nil : number ?? .string(cell)
    }
    if let kept = ProblemField(value) { return kept }
    let (message, help) = ProblemField.mistake(value, named: "'\(field)'")
    report(message, at: path, help: help)
    return nil
  }

  // MARK: Members

  /// The member for a field, found by its name in the line: a plain name, or a path of names joined
  /// by dots.
  /// - Parameter name: the member's name; nil for the one that `fields` gives.
  private mutating func member(
    _ field: String, at name: String? = nil
  ) -> (value: JSONText, path: [String])? {
    let wanted = name ?? configuration.source(of: field)
    let path = name.map { [$0] } ?? path(of: wanted)
    if let path, let value = path.reduce(Optional(row), { value, part in value?[part] }) {
      return (value, path)
    }
    guard case .object(let members) = row else { return nil }
    let names = members.map(\.0)
    let nearest = name == nil ? EditDistance.suggestion(for: wanted, among: names) : nil
    report(
      "missing \(isRow ? "column" : "member") '\(wanted)' for the \(field)", at: nil,
      help: nearest.map { "write '\(field): \($0)' under 'fields' if that is it" }
        ?? "the \(isRow ? "header" : "line") has " + names.prefix(8).joined(separator: ", "),
      nearest: nearest)
    return nil
  }

  /// The path of names that a name stands for; nil if the member does not exist.
  private func path(of name: String) -> [String]? {
    if row[name] != nil { return [name] }
    let parts = name.split(separator: ".").map(String.init)
    let value = parts.reduce(Optional(row)) { value, part in value?[part] }
    return parts.count > 1 && value != nil ? parts : nil
  }
}

extension LineText {
  /// The text without the white space around it.
  var trimmed: LineText { LineText(text: text.withoutSpaceAround, members: members) }
}
