import Algorithms
import Fields
import PipelineCore
import Reasoning

/// One line of a data file as a problem, with all its mistakes.
struct DataRow {
  struct Mistake {
    let message: String
    /// The path of names that leads to the field in the line.
    let member: [String]?
    var help: String?
  }

  /// A field whose text has characters that are not in the models' vocabulary.
  struct ForeignText {
    let field: String
    let member: [String]
    /// The index of the first unknown character in the field's text, counted in Unicode scalars.
    let place: Int
    /// The unknown characters without repeats, in order.
    let scalars: [Unicode.Scalar]
  }

  private let row: JSONText
  private let configuration: DataKind.Configuration
  private(set) var mistakes: [Mistake] = []
  private(set) var foreign: [ForeignText] = []
  private(set) var problem: Problem?

  /// - Parameter row: a JSON object.
  init(_ row: JSONText, _ configuration: DataKind.Configuration) {
    self.row = row
    self.configuration = configuration
    problem = read()
  }

  private mutating func read() -> Problem? {
    let prompt = text("prompt", isEmptyAllowed: false)
    let answer = answer()
    let isMapped = { [configuration] name in configuration.fields[name] != nil }
    let response = isMapped("response") ? text("response", isEmptyAllowed: true) : nil
    let family = isMapped("family") ? text("family", isEmptyAllowed: false) : nil
    let difficulty = isMapped("difficulty") ? difficulty() : nil
    let extra = extra()
    if let prompt { checkLength(prompt) }
    if let format = configuration.format {
      checkVocabulary(prompt, "prompt", format)
      checkVocabulary(answer, "answer", format)
      checkVocabulary(response, "response", format, except: format.thinkingMark)
    }
    let usesFamily = configuration.verifier == DataKind.familyVerifier.name
    if usesFamily, let family { checkFamily(family) }
    guard mistakes.isEmpty, foreign.isEmpty, let prompt, let answer else { return nil }
    return Problem(
      family: family ?? Problem.unnamedFamily, difficulty: difficulty ?? 1, prompt: prompt,
      answer: answer,
      verifier: usesFamily ? nil : configuration.verifier, response: response,
      fields: extra.isEmpty ? nil : extra)
  }

  // MARK: Fields

  /// The member for a field, found by its name in the line: a plain name, or a path of names joined
  /// by dots.
  private mutating func member(_ field: String) -> (value: JSONText, path: [String])? {
    let name = configuration.source(of: field)
    if let path = path(of: field) {
      let value = path.reduce(Optional(row)) { value, part in value?[part] }
      if let value { return (value, path) }
    }
    guard case .object(let members) = row else { return nil }
    let names = members.map(\.0)
    mistakes.append(
      Mistake(
        message: "missing member '\(name)' for the \(field)", member: nil,
        help: EditDistance.suggestion(for: name, among: names).map {
          "write '\(field): \($0)' under 'fields' if that is it"
        } ?? "the line has " + names.prefix(8).joined(separator: ", ")))
    return nil
  }

  /// The path of names that leads to a field's member; nil if the member does not exist.
  private func path(of field: String) -> [String]? {
    let name = configuration.source(of: field)
    if row[name] != nil { return [name] }
    let parts = name.split(separator: ".").map(String.init)
    let value = parts.reduce(Optional(row)) { value, part in value?[part] }
    return parts.count > 1 && value != nil ? parts : nil
  }

  private mutating func text(_ field: String, isEmptyAllowed: Bool) -> String? {
    guard let (value, path) = member(field) else { return nil }
    guard let text = value.stringValue else {
      mistakes.append(
        Mistake(
          message: "expected text for the \(field), found \(value.described)", member: path,
          help: value.isNumber ? "put it in quotes" : nil))
      return nil
    }
    guard isEmptyAllowed || !text.isEmpty else {
      mistakes.append(Mistake(message: "the \(field) is empty", member: path))
      return nil
    }
    return text
  }

  /// The answer as text; a number is kept as it is written.
  private mutating func answer() -> String? {
    guard let (value, _) = member("answer") else { return nil }
    switch value {
    case .int, .double, .number: return value.compact
    default: return text("answer", isEmptyAllowed: false)
    }
  }

  private mutating func difficulty() -> Int? {
    guard let (value, path) = member("difficulty") else { return nil }
    guard let number = value.intValue, (1...6).contains(number) else {
      mistakes.append(
        Mistake(
          message: "expected a whole number from 1 to 6 for the difficulty, found "
            + (value.stringValue.map { "'\($0)'" } ?? value.described), member: path))
      return nil
    }
    return number
  }

  /// The other fields, carried along with the problem. A member that is null counts as missing.
  private mutating func extra() -> [String: ProblemField] {
    var extra: [String: ProblemField] = [:]
    for field in configuration.fields.keys.sorted()
    where !DataKind.Configuration.known.contains(field) {
      guard let (value, path) = member(field) else { continue }
      if case .null = value { continue }
      if let kept = ProblemField(value) {
        extra[field] = kept
      } else {
        let (message, help) = ProblemField.mistake(value, named: "'\(field)'")
        mistakes.append(Mistake(message: message, member: path, help: help))
      }
    }
    return extra
  }

  // MARK: Checks

  private mutating func checkLength(_ prompt: String) {
    guard let limit = configuration.maxPromptLength, let format = configuration.format else {
      return
    }
    let count = format.tokenCount(of: prompt)
    guard count > limit else { return }
    mistakes.append(
      Mistake(
        message: "the prompt has \(count) tokens, more than "
          + "max_prompt_length, \(limit)", member: path(of: "prompt")))
  }

  /// - Parameter mark: a text that may occur once although it is not in the vocabulary.
  private mutating func checkVocabulary(
    _ text: String?, _ field: String, _ format: any ResponseFormat, except mark: String = ""
  ) {
    guard let text, let member = path(of: field) else { return }
    let scalars = Array(text.unicodeScalars)
    let skipped = Self.firstPlace(of: Array(mark.unicodeScalars), in: scalars)
    let places = scalars.indices.filter {
      !format.reads(scalars[$0]) && !skipped.contains($0)
    }
    guard let first = places.first else {
      // A text of known characters can still be invalid for models.
      let trace = format.trace(ofResponse: text, answer: "")
      do {
        _ = try format.encode(mark.isEmpty ? text : trace.thinking + trace.answer)
      } catch {
        mistakes.append(Mistake(message: error.inWords, member: member))
      }
      return
    }
    foreign.append(
      ForeignText(
        field: field, member: member, place: first,
        scalars: places.map { scalars[$0] }.uniqued(on: \.self)))
  }

  private static func firstPlace(
    of mark: [Unicode.Scalar], in scalars: [Unicode.Scalar]
  ) -> Range<Int> {
    guard !mark.isEmpty, scalars.count >= mark.count else { return 0..<0 }
    let start = (0...(scalars.count - mark.count)).first { scalars[$0...].starts(with: mark) }
    return start.map { $0..<($0 + mark.count) } ?? 0..<0
  }

  private mutating func checkFamily(_ family: String) {
    let names = ProblemFamilies.all.map(\.name)
    guard !names.contains(family) else { return }
    mistakes.append(
      Mistake(
        message: UnknownName("family", family, among: names).message, member: path(of: "family")))
  }
}

extension DataKind.Configuration {
  /// The name that the lines use for a field.
  func source(of field: String) -> String { fields[field] ?? field }
}
