import Fields
import Foundation
import PipelineCore
import Reasoning

/// The problems of a split, with the files that they are from, so that messages can show records.
struct InspectedProblems {
  /// The part of a problem that a message is about.
  enum Part { case prompt, answer, response }

  let rules: DataRules
  let split: DataReader.Split
  let sources: [DataReader.Source]

  /// The problems with their places.
  var placed: [(problem: Problem, place: ProblemPlace)] {
    zip(split.problems, split.places).map { ($0, $1) }
  }

  /// The files that problems are from, in the order of reading.
  var files: [String] {
    Set(split.places.map(\.file)).sorted().map { sources[$0].name }
  }

  /// The name of the file that a problem is from.
  func file(of place: ProblemPlace) -> String { sources[place.file].name }

  /// The place of a part of the problem.
  func place(of part: Part, at place: ProblemPlace) -> RecordPlace {
    let source = sources[place.file]
    guard
      let record = source.format.record(at: place.start, of: source.bytes, named: source.name)
    else {
      return (
        SourceRange(line: place.line, column: 1),
        SourceFile(name: source.name, line: "", number: place.line)
      )
    }
    let parts = DataRow(record, rules).parts
    let found =
      switch part {
      case .prompt: parts.prompt
      case .answer: parts.answer
      case .response: parts.response ?? parts.prompt
      }
    return record.source.place(of: found?.members.first ?? [], scalar: nil)
  }

  /// Reference answers that their own verifier refuses or cannot read, so that every response would
  /// be wrong.
  var answerMistakes: [Diagnostic] {
    let verifier = rules.configuration.verifier
    var tally = LineTally(
      .error, .answer, "reference answers are refused by 'verifier: \(verifier)'",
      help: "every response to them would be wrong: choose another verifier, or correct the lines")
    for (problem, place) in placed {
      guard let judge = try? AnswerVerifiers.of(problem),
        judge.verdict(on: problem.answer, for: problem) != .right
      else { continue }
      tally.add(
        "'verifier: \(verifier)' refuses the reference answer \(problem.answer.quoted)", at: place)
    }
    return tally.diagnostics(in: self)
  }
}

/// Mistakes of one sort in the problems of a split: a few are told one by one, many as one.
struct LineTally {
  private static let limit = 5
  private static let mostPlaces = 3

  private let severity: Diagnostic.Severity
  private let part: InspectedProblems.Part
  private let summary: String
  private let help: String?
  private var count = 0
  private var first: [(message: String, place: ProblemPlace)] = []

  /// - Parameter summary: what many lines have in common; their number comes before it.
  init(
    _ severity: Diagnostic.Severity, _ part: InspectedProblems.Part, _ summary: String,
    help: String? = nil
  ) {
    self.severity = severity
    self.part = part
    self.summary = summary
    self.help = help
  }

  mutating func add(_ message: String, at place: ProblemPlace) {
    count += 1
    if first.count < Self.limit { first.append((message, place)) }
  }

  func diagnostics(in problems: InspectedProblems) -> [Diagnostic] {
    // Warnings are about the data as a whole.
    let isSummary = count > (severity == .warning ? 1 : Self.limit)
    guard isSummary, let (_, begin) = first.first else {
      return first.map { message, place in
        let shown = problems.place(of: part, at: place)
        return Diagnostic(severity, message, at: shown.range, in: shown.file, help: help)
      }
    }
    let place = problems.place(of: part, at: begin)
    let notes = first.prefix(Self.mostPlaces).map { message, place in
      let shown = problems.place(of: part, at: place)
      return Diagnostic.Note(message, at: shown.range, in: shown.file)
    }
    return [
      Diagnostic(
        severity, "\(count) of \(problems.split.problems.count) \(summary)", at: place.range,
        in: place.file, notes: notes, help: help)
    ]
  }
}
