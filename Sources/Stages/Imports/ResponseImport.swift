import Fields
import Foundation
import OrderedCollections
import PipelineCore
import Reasoning

/// Makes stored responses of the samples of foreign logs.
struct ResponseImport {
  private let configuration: ImportKind.Configuration
  private let format: any ResponseFormat
  private let pairing: ProblemPairing?
  private let verifier: (any AnswerVerifier)?
  private let needsReference: Bool
  private var records: OrderedDictionary<String, [ResponseRecord]> = [:]
  private(set) var summaries: [ImportSummary] = []
  private(set) var mistakes: [Diagnostic] = []

  /// The problems that the samples answer.
  enum Problems {
    /// Those of the logs, with their reference answers.
    case ofLogs
    /// Those that are given, by split.
    case given([String: [Problem]])
    /// Not known yet: reference answers may come later.
    case unknown
  }

  init(_ configuration: ImportKind.Configuration, answering problems: Problems = .unknown) {
    self.configuration = configuration
    format = configuration.format
    verifier = configuration.verifier.flatMap(AnswerVerifiers.named)
    switch problems {
    case .given(let splits):
      (pairing, needsReference) = (ProblemPairing(splits, by: configuration.pairBy), false)
    case .ofLogs: (pairing, needsReference) = (nil, verifier != nil)
    case .unknown: (pairing, needsReference) = (nil, false)
    }
  }

  /// The responses in order: splits and questions as they first appear, and a question's samples
  /// numbered from 0 in the order of logs and repeats.
  var responses: [ResponseRecord] {
    records.values.flatMap { samples in
      samples.enumerated().map { index, record in
        var record = record
        record.sample = index
        return record
      }
    }
  }

  /// Reads one log.
  /// - Parameter label: its name among the stage's inputs, which is the split unless one is given.
  mutating func read(_ bytes: Data, named name: String, label: String) {
    var reader = LogReader(bytes, named: name, configuration)
    guard let log = reader.format, reader.mistakes.isEmpty else {
      mistakes += reader.mistakes
      return
    }
    let grade = GradeChoice(
      of: reader.samples, in: log, asked: configuration.metric, isNeeded: verifier == nil)
    if let mistake = grade.mistake {
      reader.report(mistake.message, atByte: reader.samples.first?.place ?? 0, help: mistake.help)
    }
    var summary = ImportSummary(label: label, format: log.name)
    summary.model = reader.header.value("eval", "model")?.stringValue
    summary.metric = grade.name
    // Repeats of a question keep their order, also where a log is sorted in another way.
    let samples = reader.samples.enumerated().sorted {
      ($0.element.sample.repetition ?? 0, $0.offset) < (
        $1.element.sample.repetition ?? 0, $1.offset
      )
    }.map(\.element)
    let split = configuration.split ?? label
    for sample in samples where reader.mistakes.isEmpty {
      add(sample, to: split, grade: grade.name, &summary, &reader)
    }
    mistakes += reader.mistakes
    summaries.append(summary)
  }

  private mutating func add(
    _ located: LocatedSample, to split: String, grade name: String?,
    _ summary: inout ImportSummary, _ reader: inout LogReader
  ) {
    let sample = located.sample
    summary.samples += 1
    let problem: Problem
    switch self.problem(of: located, in: split) {
    case .success(let found): problem = found
    case .failure(let mistake):
      reader.report(mistake.message, atByte: located.place, help: mistake.help)
      return
    }
    var record = ResponseRecord(textOf: problem, in: split)
    if let error = sample.error {
      summary.errored += 1
      switch configuration.errors {
      case .leaveOut: return
      case .refuse:
        reader.report(
          "the sample failed: \(error.prefix(200))", atByte: located.place,
          help: "finish the run, or write 'errors: leave_out' or 'errors: wrong'")
        return
      case .wrong:
        record.stop = "error"
        records[record.questionName, default: []].append(record)
        summary.responses += 1
        return
      }
    }
    let value = sample.grades.first { $0.name == name }?.value
    let grade = ForeignGrade(value, threshold: configuration.threshold)
    if grade == .unreadable, name != nil {
      reader.report(
        "the metric \((name ?? "").quoted) is \(value?.described ?? "missing"), not a grade",
        atByte: located.place, help: "write 'metric' with the name of a number or of C and I")
      return
    }
    record.text = text(of: sample)
    record.answer = answer(of: sample)
    count(sample, in: &record)
    guard let verdict = verdict(on: record, of: sample, by: grade, &summary) else {
      summary.unscored += 1
      return
    }
    record.verdict = verdict
    record.isFinished = sample.isFinished || verdict == .right
    record.stop = sample.stop ?? "unknown"
    summary.responses += 1
    if !sample.isFinished, verdict == .right { summary.rightThoughCut += 1 }
    if !record.hasLength { summary.withoutTokenCounts += 1 }
    if sample.earlierTurns > 0 { summary.severalTurns += 1 }
    records[record.questionName, default: []].append(record)
  }

  // MARK: Problems

  private func problem(
    of located: LocatedSample, in split: String
  ) -> Result<Problem, ProblemPairing.Mistake> {
    let sample = located.sample
    if let pairing {
      return pairing.problem(prompt: sample.prompt, id: sample.id, in: split)
    }
    var answer = sample.target ?? ""
    if let rule = configuration.reference {
      answer = AnswerFinders.answer(in: answer, by: [rule])
    }
    guard !needsReference || !answer.isEmpty else {
      return .failure(
        ProblemPairing.Mistake(
          message: "the sample has no reference answer for the verifier",
          help: sample.target == nil
            ? "write under 'fields' where it is, 'answer: NAME'"
            : "the rule of 'reference' finds none in " + (sample.target ?? "").prefix(80)))
    }
    var fields = located.fields
    if fields["id"] == nil { fields["id"] = .string(sample.id) }
    return .success(
      Problem(
        family: located.family ?? Problem.unnamedFamily, difficulty: located.difficulty ?? 1,
        prompt: sample.prompt, answer: answer, verifier: verifier?.name, fields: fields))
  }

  // MARK: Responses

  /// The whole response as text, with the thinking before the mark that ends it.
  private func text(of sample: ImportedSample) -> String {
    guard let thinking = sample.thinking else { return sample.text }
    let mark = configuration.responseFormat == nil ? "" : format.thinkingMark
    return mark.isEmpty
      ? "<think>\n\(thinking)\n</think>\n\n\(sample.text)" : thinking + mark + sample.text
  }

  /// The answer that the response format finds, or the log's own; without both the whole text
  /// after the thinking.
  private func answer(of sample: ImportedSample) -> String {
    guard configuration.responseFormat != nil else {
      return sample.answer ?? sample.text.withoutSpaceAround
    }
    let mark = format.thinkingMark
    guard sample.thinking == nil, !mark.isEmpty, sample.text.contains(mark) else {
      return format.answer(in: sample.text)
    }
    return format.answer(in: format.trace(ofResponse: sample.text, answer: "").answer)
  }

  /// Takes the counts of the log, or counts tokens where that is asked for.
  private func count(_ sample: ImportedSample, in record: inout ResponseRecord) {
    let counted = configuration.tokenCounts == .tokenizer
    guard let length = counted ? format.tokenCount(of: record.text ?? "") : sample.tokenCount else {
      record.hasLength = false
      return
    }
    record.tokenCount = length
    if counted, let thinking = sample.thinking {
      record.thinkingTokenCount = min(length, format.tokenCount(of: thinking))
    } else {
      record.thinkingTokenCount = min(length, sample.thinkingTokenCount ?? length)
    }
    record.answerTokenCount = length - record.thinkingTokenCount
  }

  /// The verdict that counts: that of our verifier if one is given, else that of the log.
  /// - Returns: nil if nothing judged the response.
  private func verdict(
    on record: ResponseRecord, of sample: ImportedSample, by grade: ForeignGrade,
    _ summary: inout ImportSummary
  ) -> Reasoning.Verdict? {
    var log: Reasoning.Verdict?
    if case .verdict(let verdict) = grade {
      log = verdict == .wrong && sample.foundNoAnswer ? .unreadable : verdict
    }
    guard let verifier else { return log }
    // As everywhere, a response that was cut is not right.
    let own =
      sample.isFinished ? verifier.verdict(on: record.answer, for: record.problem) : .wrong
    if let log {
      summary.compare(
        ImportSummary.Disagreement(
          prompt: record.problem.prompt, answer: record.answer, reference: record.problem.answer,
          log: log, verifier: own))
    }
    return own
  }
}
