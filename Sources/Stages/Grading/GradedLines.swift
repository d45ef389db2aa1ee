import Fields
package import Foundation
package import PipelineCore
package import Reasoning

/// Answers to grade, from a file of JSON lines: `reference`, and `answer` or a `response` in which
/// the answer is found. Every other member is a field of the problem, such as `choices`.
package struct GradedLines: Sendable {
  package struct Line: Sendable {
    package let number: Int
    package let answer: String
    package let reference: String
    package let verdict: Reasoning.Verdict
  }

  /// The rules that find an answer in a response, unless others are named.
  package static let finders = [
    "final_answer", "boxed", "hash", "tag", "answer_phrase", "conclusion", "last_formula",
    "last_number",
  ]

  package private(set) var lines: [Line] = []
  package private(set) var mistakes: [Diagnostic] = []

  package init(
    _ bytes: Data, named name: String, by verifier: any AnswerVerifier,
    answers finders: [String] = Self.finders
  ) {
    var objects = ObjectLines(name, lineLimit: RecordFormats.recordLimit)
    var lines: [Line] = []
    objects.read(bytes) { json, line in
      var members = LineMembers(json, line)
      let reference = members.text("reference")
      let response = members.text("response", isRequired: false)
      let given = members.text("answer", isRequired: response == nil)
      let answer = given ?? response.map { AnswerFinders.answer(in: $0, by: finders) }
      guard let reference, let answer, members.mistakes.isEmpty else { return members.mistakes }
      let problem = Problem(
        family: Problem.unnamedFamily, difficulty: 1, prompt: "", answer: reference,
        verifier: verifier.name, fields: Self.fields(of: json))
      lines.append(
        Line(
          number: line.number, answer: answer, reference: reference,
          verdict: verifier.verdict(on: answer, for: problem)))
      return []
    }
    self.lines = lines
    mistakes = objects.mistakes
  }

  private static func fields(of json: JSONText) -> [String: ProblemField] {
    guard case .object(let members) = json else { return [:] }
    return Dictionary(
      members.compactMap { name, value in ProblemField(value).map { (name, $0) } },
      uniquingKeysWith: { first, _ in first })
  }
}
