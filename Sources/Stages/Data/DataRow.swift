import Algorithms
import Fields
import PipelineCore
import Reasoning

/// One record of a data file as a problem, with all its mistakes.
struct DataRow {
  struct Mistake {
    let message: String
    /// The path of names that leads to the field in the line.
    let member: [String]?
    /// The index of the wrong character in the field's text, counted in Unicode scalars.
    var place: Int?
    var help: String?
    /// A member whose name is like that of a missing one.
    var nearest: String?
  }

  /// A field whose text has characters that are not in the models' vocabulary.
  struct ForeignText {
    let field: String
    let member: [String]
    /// The index of the first unknown character in the member's text, counted in Unicode scalars;
    /// nil if the member does not have it.
    let place: Int?
    /// The unknown characters without repeats, in order.
    let scalars: [Unicode.Scalar]
  }

  private let record: DataRecord
  private let rules: DataRules
  private(set) var mistakes: [Mistake] = []
  private(set) var foreign: [ForeignText] = []
  private(set) var problem: Problem?
  /// The parts of the problem, with the members that hold them.
  private(set) var parts = LineParts()

  init(_ record: DataRecord, _ rules: DataRules) {
    self.record = record
    self.rules = rules
    problem = read()
  }

  private mutating func read() -> Problem? {
    let configuration = rules.configuration
    var line = LineReader(record, configuration)
    parts = rules.lines.parts(of: &line, solution: rules.solution)
    let family = line.maps("family") ? line.text("family") : nil
    let difficulty = line.maps("difficulty") ? line.difficulty() : nil
    let extra = configuration.verifierOptions.problemFields
      .merging(parts.carried) { _, own in own }.merging(line.extra()) { _, asked in asked }
    mistakes = line.mistakes
    let response = rules.response(parts)
    if let prompt = parts.prompt { checkLength(prompt) }
    if configuration.vocabulary != .any {
      checkText(parts.prompt, "prompt")
      checkText(parts.answer, "answer")
      checkText(response, "response", except: rules.format.thinkingMark)
    }
    let usesFamily = configuration.verifier == DataKind.familyVerifier.name
    if usesFamily, let family { checkFamily(family) }
    guard mistakes.isEmpty, foreign.isEmpty, let prompt = parts.prompt, let answer = parts.answer
    else { return nil }
    return Problem(
      family: family?.text ?? Problem.unnamedFamily, difficulty: difficulty ?? 1,
      prompt: prompt.text, answer: answer.text,
      verifier: usesFamily ? nil : configuration.verifier, response: response?.text,
      fields: extra.isEmpty ? nil : extra)
  }

  // MARK: Checks

  private mutating func checkLength(_ prompt: LineText) {
    guard let limit = rules.configuration.maxPromptLength,
      rules.configuration.vocabulary != .any
    else { return }
    let count = rules.format.tokenCount(of: prompt.text)
    guard count > limit else { return }
    mistakes.append(
      Mistake(
        message: "the prompt has \(count) tokens, more than "
          + "max_prompt_length, \(limit)", member: prompt.members.first))
  }

  /// - Parameter mark: a text that may occur once although it is not in the vocabulary.
  private mutating func checkText(_ text: LineText?, _ field: String, except mark: String = "") {
    guard let text else { return }
    let format = rules.format
    do {
      if mark.isEmpty {
        _ = try format.encode(text.text)
      } else {
        let trace = format.trace(ofResponse: text.text, answer: "")
        _ = try format.encode(trace.thinking + trace.answer)
        _ = try format.response(trace)
      }
    } catch {
      let scalars = Array(text.text.unicodeScalars)
      let skipped = Self.place(of: mark, in: scalars)
      let places = scalars.indices.filter {
        !format.reads(scalars[$0]) && !skipped.contains($0)
      }
      guard let first = places.first else {
        // A text of known characters can still be invalid for models.
        mistakes.append(mistake(error, in: text, scalars, field))
        return
      }
      let (member, place) = place(of: scalars[first], at: first, in: text)
      foreign.append(
        ForeignText(
          field: field, member: member, place: place,
          scalars: places.map { scalars[$0] }.uniqued(on: \.self)))
    }
  }

  private func mistake(
    _ error: ProblemError, in text: LineText, _ scalars: [Unicode.Scalar], _ field: String
  ) -> Mistake {
    var (member, index) = (text.members.first, Int?.none)
    if case .spellsMark(let mark, _) = error {
      let found = Self.place(of: mark, in: scalars)
      if let first = found.first {
        (member, index) = place(of: scalars[first], at: first, in: text)
      }
    }
    return Mistake(message: error.reason(in: "the \(field)"), member: member, place: index)
  }

  /// The place in the line of a scalar of a text: a member, and an index in it.
  private func place(
    of scalar: Unicode.Scalar, at index: Int, in text: LineText
  ) -> (member: [String], index: Int?) {
    let sources = text.members.map { member -> (member: [String], text: String) in
      let value = member.reduce(Optional(record.members)) { value, part in value?[part] }
      return (member, value?.stringValue ?? value?.compact ?? "")
    }
    // The text may have been changed, but most often it is the member's own.
    for source in sources where source.text == text.text { return (source.member, index) }
    for source in sources {
      let place = source.text.unicodeScalars.enumerated().first { $0.element == scalar }
      if let place { return (source.member, place.offset) }
    }
    return (text.members.first ?? [], nil)
  }

  /// The first place of a text; empty if it does not occur.
  private static func place(of text: String, in scalars: [Unicode.Scalar]) -> Range<Int> {
    let wanted = Array(text.unicodeScalars)
    guard !wanted.isEmpty, scalars.count >= wanted.count else { return 0..<0 }
    let start = (0...(scalars.count - wanted.count)).first { scalars[$0...].starts(with: wanted) }
    return start.map { $0..<($0 + wanted.count) } ?? 0..<0
  }

  private mutating func checkFamily(_ family: LineText) {
    let names = ProblemFamilies.all.map(\.name)
    guard !names.contains(family.text) else { return }
    mistakes.append(
      Mistake(
        message: UnknownName("family", family.text, among: names).message,
        member: family.members.first))
  }
}

extension ProblemError {
  /// The error without the text, which a message shows at its place.
  func reason(in name: String) -> String {
    switch self {
    case .spellsMark(let mark, _):
      "'\(mark)' in \(name) is the name of a token and would be read as that token"
    case .unreadableText(_, let reason): "\(name) cannot be read: \(reason)"
    case .notInVocabulary(let character, _):
      "\(String(character).quoted) in \(name) is not in the models' vocabulary"
    case .noTeacher: "\(name) has no response to imitate"
    default: inWords
    }
  }
}

extension DataKind.Configuration {
  /// The name that the lines use for a field.
  func source(of field: String) -> String { fields[field] ?? field }
}
