package import ArgumentParser
import Fields
import Foundation
import PipelineCore
import Reasoning
import Stages

/// Grades answers of a file, or compares two graders on stored responses.
package struct Grade: ParsableCommand {
  package static let configuration = CommandConfiguration(
    abstract: "Grade answers of a file, or compare two graders on stored responses.",
    usage: """
      laconic grade <file.jsonl> --verifier <name> [--answer <rule>]...
                    [--json]
      laconic grade --audit <responses> --against <name> [--verifier <name>]
                    [--run <run>] [--show <n>] [--json] [--store <folder>]
      """,
    discussion: """
      A line of the file has 'reference', and 'answer' or 'response'; other members are \
      fields of the problem, such as 'choices' or 'abs_tolerance'.

      With --audit, RESPONSES is a file of responses, or a sampling stage of a run. The \
      first grader is --verifier, or the one whose verdicts are stored. Shown are the \
      answers by both verdicts, the share of disagreements with its 95 % interval over \
      questions, and examples. Exit code 2: a mistake in the file or in a name.

      Examples:
        laconic grade answers.jsonl --verifier number
        laconic grade --audit eval --against number
        laconic grade --audit a.jsonl --verifier exact --against number --show 20
      """)

  @Argument(
    help: "Lines with 'reference', and 'answer' or 'response'.",
    completion: .file(extensions: ["jsonl"]))
  var file: String?

  @Option(
    help: ArgumentHelp(
      "Compare two graders on a file of responses, or on a stage.", valueName: "responses"))
  var audit: String?

  @Option(help: ArgumentHelp("The grader.", valueName: "name"))
  var verifier: String?

  @Option(help: ArgumentHelp("The grader to compare with.", valueName: "name"))
  var against: String?

  @Option(
    help: ArgumentHelp(
      "A rule that finds the answer in a 'response', as in 'response_format'; the first that finds "
        + "one decides.", valueName: "rule"))
  var answer: [String] = []

  @Option(
    name: .customLong("run"),
    help: ArgumentHelp("The run that has the stage.", valueName: "run"))
  var runName = "latest"

  @Option(help: ArgumentHelp("The most disagreements to show.", valueName: "n"))
  var show = 5

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var store: StoreOptions

  package init() {}

  package func validate() throws {
    if show < 0 { throw ValidationError("--show must be at least 0") }
    switch (file, audit) {
    case (nil, nil): throw ValidationError("give a file of answers, or responses with --audit")
    case (_?, _?): throw ValidationError("give a file of answers or --audit, not both")
    case (_?, nil):
      if verifier == nil { throw ValidationError("name the grader with --verifier") }
      if against != nil { throw ValidationError("--against compares graders with --audit") }
    case (nil, _?):
      if against == nil { throw ValidationError("name the grader to compare with: --against") }
      if !answer.isEmpty { throw ValidationError("--answer is for a file of answers") }
    }
  }

  package func run() throws {
    let first = try verifier.map(Self.named)
    let second = try against.map(Self.named)
    if let audit, let second {
      try compare(try responses(audit), first, second)
    } else if let file, let first {
      try grade(file, first)
    }
  }

  private static func named(_ name: String) throws -> any AnswerVerifier {
    guard let verifier = AnswerVerifiers.named(name) else {
      Terminal.report(
        UnknownName("verifier", name, among: AnswerVerifiers.all.map(\.name)).message)
      throw ExitCode.badPipeline
    }
    return verifier
  }

  // MARK: Lines

  private func grade(_ file: String, _ verifier: any AnswerVerifier) throws {
    let known = AnswerFinders.choices.map(\.name)
    if let unknown = answer.first(where: { !known.contains($0) }) {
      Terminal.report(UnknownName("rule", unknown, among: known).message)
      throw ExitCode.badPipeline
    }
    let graded = GradedLines(
      try Self.bytes(of: file), named: file, by: verifier,
      answers: answer.isEmpty ? GradedLines.finders : answer)
    guard graded.mistakes.isEmpty else {
      PipelineFile.report(graded.mistakes)
      throw ExitCode.badPipeline
    }
    for line in graded.lines {
      if json {
        Terminal.output.print(
          JSONText.object([
            ("line", .int(line.number)), ("verdict", .string(line.verdict.rawValue)),
            ("answer", .string(line.answer)), ("reference", .string(line.reference)),
          ]).compact)
      } else {
        let verdict = line.verdict.rawValue
        let space = String(repeating: " ", count: 12 - verdict.count)
        Terminal.output.print(
          verdict + space + line.answer.shown.truncated(to: 60) + "  (right: "
            + line.reference.shown.truncated(to: 60) + ")")
      }
    }
    guard !json else { return }
    let counts = Reasoning.Verdict.allCases.map { verdict in
      "\(graded.lines.count { $0.verdict == verdict }) \(verdict.rawValue)"
    }
    Terminal.error.print("\(graded.lines.count) answers: " + counts.joined(separator: ", "))
  }

  private static func bytes(of file: String) throws -> Data {
    try CurrentFolder.check(for: file)
    do {
      return try Data(contentsOf: URL(fileURLWithPath: file))
    } catch {
      Terminal.report("cannot read '\(file)': \(error.inWords)")
      throw ExitCode.badPipeline
    }
  }

  // MARK: Audit

  /// The responses of a file, or those of a stage of the run.
  private func responses(_ name: String) throws -> [ResponseRecord] {
    if FileManager.default.fileExists(atPath: name) {
      let bytes = try Self.bytes(of: name)
      do {
        return try JSONLines.decode(ResponseRecord.self, from: bytes)
      } catch {
        Terminal.report("'\(name)' is not a file of responses: \(error.inWords)")
        throw ExitCode.badPipeline
      }
    }
    let store = try store.read()
    return try store.run(runName).points(named: name).flatMap { point -> [ResponseRecord] in
      guard let digest = point.artifact else {
        throw StageFailure(
          "'\(point.address)' has no result yet: \(point.outcome?.name ?? "it is not done")")
      }
      let artifact = try store.artifact(digest)
      guard artifact.files.contains(ResponsesArtifact.path) else {
        throw StageFailure("'\(point.address)' has no responses")
      }
      return try ResponsesArtifact.readFigures(artifact)
    }
  }

  private func compare(
    _ records: [ResponseRecord], _ first: (any AnswerVerifier)?, _ second: any AnswerVerifier
  ) throws {
    let audit = try GraderAudit(records, by: first?.name, against: second.name)
    // Spread over all disagreements, so that they are not those of the first questions.
    let all = audit.disagreements
    let count = min(show, all.count)
    let shown = (0..<count).map { records[all[$0 * all.count / count]] }
    if json {
      guard case .object(let members) = audit.json else { return }
      let examples = shown.map { record in
        JSONText.object([
          ("prompt", .string(record.problem.prompt)), ("answer", .string(record.answer)),
          ("reference", .string(record.problem.answer)),
        ])
      }
      Terminal.output.print(JSONText.object(members + [("examples", .array(examples))]).indented)
      return
    }
    Terminal.output.print(Self.table(audit))
    Terminal.output.print(audit.sentence ?? "no response has an answer")
    for record in shown {
      Terminal.output.print(
        "  \(record.answer.shown.truncated(to: 50))  (right: "
          + "\(record.problem.answer.shown.truncated(to: 40)))  "
          + record.problem.prompt.shown.truncated(to: 60))
    }
  }

  /// The 3 × 3 table of verdicts.
  private static func table(_ audit: GraderAudit) -> String {
    let names = Reasoning.Verdict.allCases.map(\.rawValue)
    let width = max(12, audit.first.count + 2)
    func padded(_ text: String) -> String {
      String(repeating: " ", count: max(0, 12 - text.count)) + text
    }
    func label(_ text: String) -> String {
      text + String(repeating: " ", count: max(0, width - text.count))
    }
    let head =
      label(audit.first) + names.map(padded).joined() + "   by \(audit.second)"
    let rows = zip(names, audit.counts).map { name, row in
      label(name) + row.map { padded(String($0)) }.joined()
    }
    return ([head] + rows).joined(separator: "\n")
  }
}
