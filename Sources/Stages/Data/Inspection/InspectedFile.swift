import Fields
import Foundation
import PipelineCore
import Reasoning

/// A data file that was read, with its bytes, so that messages can show its lines.
struct InspectedFile {
  /// The part of a problem that a message is about.
  enum Part { case prompt, answer, response }

  let name: String
  let bytes: Data
  let rules: DataRules
  let split: DataReader.Split

  /// The place of a part of the problem in a line.
  func place(of part: Part, inLine number: Int) -> (range: SourceRange, file: SourceFile) {
    var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .dropFirst(number - 1).makeIterator()
    let text = String(decoding: lines.next() ?? Data(), as: UTF8.self)
      .trimmingPrefix("\u{FEFF}").filter { $0 != "\r" }
    let line = ObjectLine(file: name, text: String(text), number: number)
    var column = 1
    if let json = try? JSONText(parsing: Data(line.text.utf8)) {
      let parts = DataRow(json, rules).parts
      let found =
        switch part {
        case .prompt: parts.prompt
        case .answer: parts.answer
        case .response: parts.response ?? parts.prompt
        }
      if let member = found?.members.first { column = line.column(of: member) }
    }
    return (
      SourceRange(line: number, column: column),
      SourceFile(name: name, line: line.text, number: number)
    )
  }

  /// Reference answers that their own verifier refuses, so that every response would be wrong.
  var answerMistakes: [Diagnostic] {
    let verifier = rules.configuration.verifier
    var tally = LineTally(
      .error, .answer, "reference answers are refused by 'verifier: \(verifier)'",
      help: "every response to them would be wrong: choose another verifier, or correct the lines")
    for (problem, line) in zip(split.problems, split.lines) {
      guard let judge = try? AnswerVerifiers.of(problem),
        !judge.accepts(problem.answer, for: problem)
      else { continue }
      tally.add(
        "'verifier: \(verifier)' refuses the reference answer \(problem.answer.quoted)", in: line)
    }
    return tally.diagnostics(in: self)
  }
}

/// Mistakes of one sort in the lines of a file: a few are told one by one, many as one.
struct LineTally {
  private static let limit = 5
  private static let mostPlaces = 3

  private let severity: Diagnostic.Severity
  private let part: InspectedFile.Part
  private let summary: String
  private let help: String?
  private var count = 0
  private var first: [(message: String, line: Int)] = []

  /// - Parameter summary: what many lines have in common; their number comes before it.
  init(
    _ severity: Diagnostic.Severity, _ part: InspectedFile.Part, _ summary: String,
    help: String? = nil
  ) {
    self.severity = severity
    self.part = part
    self.summary = summary
    self.help = help
  }

  mutating func add(_ message: String, in line: Int) {
    count += 1
    if first.count < Self.limit { first.append((message, line)) }
  }

  func diagnostics(in file: InspectedFile) -> [Diagnostic] {
    // Warnings are about the data as a whole.
    let isSummary = count > (severity == .warning ? 1 : Self.limit)
    guard isSummary, let (_, line) = first.first else {
      return first.map { message, line in
        let place = file.place(of: part, inLine: line)
        return Diagnostic(severity, message, at: place.range, in: place.file, help: help)
      }
    }
    let place = file.place(of: part, inLine: line)
    let notes = first.prefix(Self.mostPlaces).map { message, line in
      let place = file.place(of: part, inLine: line)
      return Diagnostic.Note(message, at: place.range, in: place.file)
    }
    return [
      Diagnostic(
        severity, "\(count) of \(file.split.problems.count) \(summary)", at: place.range,
        in: place.file, notes: notes, help: help)
    ]
  }
}
