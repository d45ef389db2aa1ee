import Fields
import Foundation
import ModelCore
import OrderedCollections
package import PipelineCore
import Reasoning

/// The contents of a trial: examples to read, and figures in a sentence or step by step.
package struct TrialReport {
  package let point: StagePoint
  package private(set) var examples: [StageExample] = []
  /// Sentences about all that was made.
  package private(set) var summary: [String] = []
  /// The lines of a training log.
  package let rows: [String]
  /// The files that were made, with their sizes, if nothing else shows them.
  package private(set) var files: [(path: String, size: Int)] = []

  /// - Parameter limit: the most problems of a split to show.
  package init(_ result: Trial.Result, limit: Int) throws {
    point = result.point
    examples = result.examples
    let isTraining = point.kind is any TrainingKind
    rows =
      isTraining
      ? result.log.lines.map { String(decoding: $0, as: UTF8.self) } : []
    guard let artifact = result.artifact else { return }
    switch artifact.type {
    case .responses, .labels: try add(responses: artifact, limit: limit)
    case .problems: try add(problems: artifact, limit: limit)
    // Their text is shown.
    case .table, .claims: break
    default: files = try artifact.files.map { ($0, try artifact.read($0).count) }
    }
  }

  // MARK: - Responses

  /// Adds the first response to each problem, and figures of all.
  private mutating func add(responses artifact: MemoryArtifact, limit: Int) throws {
    let format = (point.kind as? any ComputingStageKind)?.format(of: point.config)
    let records = try ResponsesArtifact.read(artifact)
    var budgets: [ExactText: Int] = [:]
    if artifact.type == .labels {
      for label in try LabelsArtifact.read(artifact) {
        budgets[ExactText(label.problem.prompt)] = label.maxBudget
      }
    }
    for (split, own) in OrderedDictionary(grouping: records, by: \.split) {
      let questions = own.byQuestion
      for (number, group) in questions.prefix(limit).enumerated() {
        var example = Self.example(
          of: group, title: "\(split) \(number + 1) of \(questions.count)", in: format)
        if let budget = budgets[ExactText(group[0].problem.prompt)] {
          example.figures.append(("b_max", String(budget)))
        }
        examples.append(example)
      }
      summary.append(Self.sentence(on: own, split: split))
    }
  }

  private static func example(
    of group: [ResponseRecord], title: String, in format: (any ResponseFormat)?
  ) -> StageExample {
    let record = group[0]
    var figures: [(name: String, value: String)] = []
    if record.isFinished { figures.append(("answer", record.answer)) }
    figures.append(("reference", record.problem.answer))
    if record.hasLength {
      figures.append(("tokens", String(record.tokenCount)))
      figures.append(("of thinking", String(record.thinkingTokenCount)))
    }
    if let budget = record.budget { figures.append(("budget", String(budget))) }
    if group.count > 1 {
      figures.append(("right", "\(group.count { $0.isCorrect }) of \(group.count)"))
    }
    return StageExample(
      title: title + ": " + record.outcome,
      figures: figures,
      pieces: [.prompt(of: record.problem, header: record.header, in: format)],
      response: record.text ?? format?.tokenizer.decode(record.tokens)
        ?? "(\(record.tokens.count) tokens without their text)")
  }

  private static func sentence(on records: [ResponseRecord], split: String) -> String {
    let (right, unfinished) = (records.count { $0.isCorrect }, records.count { !$0.isFinished })
    let lengths = records.filter(\.hasLength).map(\.tokenCount).sorted()
    var parts = ["\(right) of \(records.count) right"]
    if let least = lengths.first, let most = lengths.last {
      let mean = Double(lengths.reduce(0, +)) / Double(lengths.count)
      parts.append("\(NumberFormat.fixed(mean, digits: 1)) tokens on average, \(least) to \(most)")
    }
    if unfinished > 0 { parts.append("\(unfinished) without an answer") }
    return "\(split): \(parts.joined(separator: "; "))"
  }

  // MARK: - Problems

  private mutating func add(problems artifact: MemoryArtifact, limit: Int) throws {
    for (split, problems) in try ProblemsArtifact.splits(of: artifact).sorted(by: {
      $0.key < $1.key
    }) {
      for (number, problem) in problems.prefix(limit).enumerated() {
        examples.append(
          StageExample(
            title: "\(split) \(number + 1) of \(problems.count): \(problem.family), difficulty "
              + String(problem.difficulty),
            figures: [("answer", problem.answer)]
              + (problem.verifier.map { [("verifier", $0)] } ?? []),
            pieces: [.prompt(of: problem, header: .none, in: nil)],
            response: problem.response))
      }
      summary.append("\(split): \(problems.count) problem\(problems.count == 1 ? "" : "s")")
    }
  }
}

extension ResponseRecord {
  /// The verdict in a word; for a response without an answer what cut it.
  fileprivate var outcome: String {
    guard !isFinished else { return verdict.rawValue }
    return cutBy.last.map { "cut by \($0.rawValue)" } ?? "ended without an answer"
  }
}
