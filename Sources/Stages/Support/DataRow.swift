import Fields
import PipelineCore
import Reasoning

/// One line of a file as a problem, with everything that is wrong about it.
struct DataRow {
  struct Mistake {
    let message: String
    /// What the line calls the field.
    let member: String?
    var help: String?
  }

  private let row: JSONText
  private let configuration: DataKind.Configuration
  private(set) var mistakes: [Mistake] = []
  private(set) var problem: Problem?

  /// - Parameter row: an object.
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
    if configuration.vocabulary == .ladder {
      checkVocabulary(prompt, "prompt")
      checkVocabulary(answer, "answer")
      if let response {
        let trace = TeacherTrace(response: response, answer: answer ?? "")
        checkVocabulary(trace.thinking + trace.answer, "response")
      }
    }
    let usesFamily = configuration.verifier == DataKind.familyVerifier.name
    if usesFamily, let family { checkFamily(family) }
    guard mistakes.isEmpty, let prompt, let answer else { return nil }
    return Problem(
      family: family ?? "data", difficulty: difficulty ?? 1, prompt: prompt, answer: answer,
      verifier: usesFamily ? nil : configuration.verifier, response: response,
      fields: extra.isEmpty ? nil : extra)
  }

  // MARK: Fields

  /// A member by what the line calls it: its own name, or names joined by points that lead to it.
  private mutating func member(_ field: String) -> (value: JSONText, name: String)? {
    let name = configuration.source(of: field)
    if let value = row[name] { return (value, name) }
    let parts = name.split(separator: ".").map(String.init)
    if parts.count > 1 {
      let value = parts.reduce(Optional(row)) { value, part in value?[part] }
      if let value { return (value, parts[0]) }
    }
    guard case .object(let members) = row else { return nil }
    let names = members.map(\.0)
    mistakes.append(
      Mistake(
        message: "no member '\(name)' for the \(field)", member: nil,
        help: EditDistance.suggestion(for: name, among: names).map {
          "write '\(field): \($0)' under 'fields' if that is it"
        } ?? "the line has " + names.prefix(8).joined(separator: ", ")))
    return nil
  }

  private mutating func text(_ field: String, isEmptyAllowed: Bool) -> String? {
    guard let (value, name) = member(field) else { return nil }
    guard let text = value.stringValue else {
      mistakes.append(
        Mistake(
          message: "expected text for the \(field), found \(value.described)", member: name))
      return nil
    }
    guard isEmptyAllowed || !text.isEmpty else {
      mistakes.append(Mistake(message: "the \(field) is empty", member: name))
      return nil
    }
    return text
  }

  /// Text, or a number as it is written.
  private mutating func answer() -> String? {
    guard let (value, _) = member("answer") else { return nil }
    switch value {
    case .int, .double: return value.compact
    default: return text("answer", isEmptyAllowed: false)
    }
  }

  private mutating func difficulty() -> Int? {
    guard let (value, name) = member("difficulty") else { return nil }
    guard let number = value.intValue, (1...6).contains(number) else {
      mistakes.append(
        Mistake(
          message: "expected a whole number from 1 to 6 for the difficulty, found "
            + (value.stringValue.map { "'\($0)'" } ?? value.described), member: name))
      return nil
    }
    return number
  }

  /// What is carried along. A member that is null is not there.
  private mutating func extra() -> [String: ProblemField] {
    var extra: [String: ProblemField] = [:]
    for field in configuration.fields.keys.sorted()
    where !DataKind.Configuration.known.contains(field) {
      guard let (value, name) = member(field) else { continue }
      switch value {
      case .null: break
      case .bool(let flag): extra[field] = .bool(flag)
      case .int(let number): extra[field] = .int(number)
      case .double(let number): extra[field] = .double(number)
      case .string(let text): extra[field] = .string(text)
      case .float, .array, .object:
        mistakes.append(
          Mistake(
            message: "'\(field)' can be text, a number, true or false, not \(value.described)",
            member: name))
      }
    }
    return extra
  }

  // MARK: Checks

  private mutating func checkLength(_ prompt: String) {
    // A character is a token.
    guard let limit = configuration.maxPromptLength, prompt.unicodeScalars.count > limit else {
      return
    }
    mistakes.append(
      Mistake(
        message: "the prompt has \(prompt.unicodeScalars.count) tokens, more than "
          + "max_prompt_length, \(limit)", member: configuration.source(of: "prompt")))
  }

  private mutating func checkVocabulary(_ text: String?, _ field: String) {
    guard let text else { return }
    do {
      _ = try LadderVocabulary.encode(text)
    } catch {
      if case .spellsMark(let mark, _) = error {
        mistakes.append(
          Mistake(
            message: "'\(mark)' in the \(field) is the name of one of the models' tokens",
            member: configuration.source(of: field),
            help: "a tokenizer would read that token, where a model here is trained on characters"
          ))
      }
      guard case .notInVocabulary(let character, _) = error else { return }
      mistakes.append(
        Mistake(
          message: "'\(character)' in the \(field) is no token of the models' vocabulary",
          member: configuration.source(of: field),
          help: "the vocabulary has the characters \(LadderVocabulary.characters)"))
    }
  }

  private mutating func checkFamily(_ family: String) {
    let names = ProblemFamilies.all.map(\.name)
    guard !names.contains(family) else { return }
    mistakes.append(
      Mistake(
        message: "'\(family)' is no family that can judge: there are "
          + names.joined(separator: ", "), member: configuration.source(of: "family")))
  }
}

extension DataKind.Configuration {
  /// What the lines call a field.
  func source(of field: String) -> String { fields[field] ?? field }
}
