import Fields
import Foundation
import PipelineCore
import Reasoning

/// Checks that problems written by other software have the form in which the kind `problems` writes
/// them.
enum ProblemCheck {
  static let lineLimit = 1 << 20

  /// Reads a problem and reports the mistakes in it.
  /// - Parameters:
  ///   - json: a JSON object.
  ///   - path: the path of names that leads to it in the line.
  static func problem(
    _ json: JSONText, _ line: ObjectLine, path: [String] = []
  ) -> (problem: Problem?, mistakes: [Diagnostic]) {
    var members = LineMembers(json, line, path: path)
    let prompt = members.text("prompt", isEmptyAllowed: false)
    let answer = members.text("answer")
    let family = members.text("family", isRequired: false, isEmptyAllowed: false)
    let difficulty = members.whole("difficulty", in: 1...6, isRequired: false)
    let generator = members.choice("generator", among: TraceGenerator.allCases.map(\.rawValue))
    let verifier = members.choice("verifier", among: AnswerVerifiers.all.map(\.name))
    let response = members.text("response", isRequired: false)
    let fields = fields(in: &members, path + ["fields"], line)
    guard members.mistakes.isEmpty, let prompt, let answer else { return (nil, members.mistakes) }
    return (
      Problem(
        family: family ?? Problem.unnamedFamily, difficulty: difficulty ?? 1, prompt: prompt,
        answer: answer, generator: generator.flatMap(TraceGenerator.init), verifier: verifier,
        response: response, fields: fields), []
    )
  }

  private static func fields(
    in members: inout LineMembers, _ path: [String], _ line: ObjectLine
  ) -> [String: ProblemField]? {
    guard let json = members.object("fields", isRequired: false),
      case .object(let entries) = json
    else { return nil }
    var fields: [String: ProblemField] = [:]
    var inside = LineMembers(json, line, path: path)
    for (name, value) in entries {
      if let kept = ProblemField(value) {
        fields[name] = kept
      } else {
        let (message, help) = ProblemField.mistake(value, named: name.quoted)
        inside.report(message, at: name, help: help)
      }
    }
    members.report(inside.mistakes)
    return fields
  }

  /// The mistakes in the files of all splits.
  static func mistakes(in files: [(path: String, bytes: Data)]) -> [Diagnostic] {
    files.flatMap { file -> [Diagnostic] in
      let name = file.path.split(separator: "/").last?.dropLast(".jsonl".count) ?? ""
      var lines = ObjectLines(file.path, lineLimit: lineLimit)
      guard file.path == ProblemsArtifact.path(ofSplit: String(name)),
        ProblemsArtifact.isSplitName(String(name))
      else {
        lines.report(
          "the file does not hold a split",
          help: "write splits/NAME.jsonl: lower-case letters, digits, _, -")
        return lines.mistakes
      }
      var seen: [ExactText: Int] = [:]
      lines.read(file.bytes) { json, line in
        let (problem, mistakes) = problem(json, line)
        guard let problem else { return mistakes }
        let first = seen.updateValue(line.number, forKey: ExactText(problem.prompt))
        guard let first else { return judge(problem, line) }
        return [
          line.mistake("the prompt stands in line \(first) already", in: ["prompt"])
        ]
      }
      if seen.isEmpty, lines.mistakes.isEmpty { lines.report("the file holds no problem") }
      return lines.mistakes
    }
  }

  /// Every problem needs a judge for its answers: a verifier, or the family that generated it.
  private static func judge(_ problem: Problem, _ line: ObjectLine) -> [Diagnostic] {
    guard (try? AnswerVerifiers.of(problem)) == nil else { return [] }
    return [
      line.mistake(
        "a problem of the family \(problem.family.quoted) has no verifier",
        in: ["family"],
        help: "add \"verifier\": \"\(ExactAnswer().name)\"; families that judge are "
          + ProblemFamilies.all.map(\.name).joined(separator: ", "))
    ]
  }

  /// The mistakes in the summary beside the splits, if a program wrote one.
  static func mistakes(inSummary bytes: Data) -> [Diagnostic] {
    let file = ProblemsArtifact.summaryPath
    let line = ObjectLine(file: file, text: "", number: 1)
    let json: JSONText
    do {
      json = try JSONText(parsing: bytes)
    } catch {
      return [line.mistake("the file is not valid JSON: \(error.inWords)")]
    }
    guard let balance = json[ProblemsArtifact.balanceMember] else { return [] }
    let names = ProblemBalance.choices.map(\.name)
    let isSound = balance.arrayValue?.allSatisfy { names.contains($0.stringValue ?? "") } ?? false
    return isSound
      ? []
      : [
        line.mistake(
          "'\(ProblemsArtifact.balanceMember)' must be a list of " + names.joined(separator: ", "))
      ]
  }
}
