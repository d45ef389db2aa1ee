import Fields
import ModelCore
import PipelineCore
import Reasoning

/// The data of a stage of supervised training, as far as it is known before the first step.
struct SupervisedData {
  /// The place from which the examples of a step are taken.
  private enum Source {
    /// Rows of whole examples; of one each without packing.
    case rows([[SupervisedExample]])
    /// Problems, whose responses are known or are written by a teacher for each step.
    case problems(ExampleSource)
  }
  private let source: Source
  /// The examples that are known.
  private let known: [SupervisedExample]
  /// The number of rows, examples or problems of a pass over the data.
  let rowCount: Int

  /// Reads responses that a model wrote.
  init(
    responses records: [ResponseRecord], _ configuration: SFTKind.Configuration,
    in format: any ResponseFormat, tell: (String) -> Void
  ) throws {
    let targets = try ResponseTargets(records, in: format)
    let chosen = targets.records(configuration.targets)
    let examples = try targets.examples(
      configuration.targets, statesBudget: configuration.statesBudget(in: format))
    let fitted = try configuration.fitted(
      examples, name: { "a response to \(chosen[$0].problem.prompt.quoted)" }, tell: tell)
    known = fitted.compactMap(\.self)
    let rows = configuration.rows(of: known)
    source = .rows(rows)
    rowCount = rows.count
  }

  /// Reads problems with responses as text, or with teachers.
  /// - Parameter split: the name of the split, for messages.
  init(
    problems: [Problem], balance: [ProblemBalance], split: String,
    _ configuration: SFTKind.Configuration, in format: any ResponseFormat, tell: (String) -> Void
  ) throws {
    let statesBudget = try configuration.statesBudget(in: format)
    func name(_ index: Int) -> String {
      "row \(index + 1) of split '\(split)' (\(problems[index].prompt.quoted))"
    }
    var stored: [(index: Int, example: SupervisedExample)] = []
    for (index, problem) in problems.enumerated() {
      guard let text = problem.response else {
        guard let field = configuration.fieldForStoredResponses else { continue }
        throw StageFailure("\(name(index)) has no response, which '\(field)' needs")
      }
      do {
        stored.append(
          (
            index,
            try .stored(text, to: problem, in: format, statesBudget: statesBudget)
          ))
      } catch {
        throw StageFailure("\(name(index)): \(error.description)")
      }
    }
    let fitted = try configuration.fitted(
      stored.map(\.example), name: { name(stored[$0].index) }, tell: tell)
    known = fitted.compactMap(\.self)
    if configuration.packing {
      guard balance.isEmpty else {
        throw StageFailure(
          "'packing' takes every example once in a pass, and these problems ask for a balance")
      }
      let rows = configuration.rows(of: known)
      source = .rows(rows)
      rowCount = rows.count
      return
    }
    var examples: [Problem: SupervisedExample] = [:]
    var leftOut: Set<Int> = []
    for (index, example) in zip(stored.map(\.index), fitted) {
      examples[problems[index]] = example
      if example == nil { leftOut.insert(index) }
    }
    let kept = problems.indices.filter { !leftOut.contains($0) }.map { problems[$0] }
    source = .problems(
      ExampleSource(
        pool: ProblemPool(kept, balance: balance), format: format,
        truncatedFraction: configuration.truncatedFraction, curriculum: configuration.curriculum,
        drills: configuration.drills, known: examples))
    rowCount = kept.count
  }

  /// - Throws: `StageFailure` if an example is longer than the model was made for.
  func requireRoom(in model: Transformer) throws {
    try ModelArtifact.requireRoom(in: model, for: known, of: "the data")
  }

  /// The examples of every step.
  func examples(for train: TrainConfiguration, seed: UInt64) -> any StepExamples & Sendable {
    switch source {
    case .rows(let rows):
      ResponseExamples(rows: rows, seed: seed, count: train.promptsPerStep)
    case .problems(let source):
      TeacherExamples(
        source, seed: seed, count: train.promptsPerStep, maxSteps: train.maxSteps)
    }
  }
}

extension SFTKind.Configuration {
  /// Applies `max_length`, if there is one.
  fileprivate func fitted(
    _ examples: [SupervisedExample], name: (Int) -> String, tell: (String) -> Void
  ) throws -> [SupervisedExample?] {
    guard let maxLength else { return examples }
    return try LengthLimit(maxLength: maxLength, truncation: truncation)
      .applied(to: examples, name: name, tell: tell)
  }

  fileprivate func rows(of examples: [SupervisedExample]) -> [[SupervisedExample]] {
    guard packing, let maxLength else { return examples.map { [$0] } }
    return RowPacking.rows(of: examples.map(\.tokens.count), capacity: maxLength)
      .map { $0.map { examples[$0] } }
  }

  /// True if responses are learned after a budget of their own length.
  /// - Throws: `StageFailure` if the format has no such budget.
  func statesBudget(in format: any ResponseFormat) throws -> Bool {
    guard budgetHeader else { return false }
    guard !format.statement(of: 1).isEmpty else {
      throw StageFailure("'budget_header' has a budget stated, and '\(format.name)' can state none")
    }
    return true
  }

  /// A field that is set and has no meaning for responses that are written by a teacher.
  fileprivate var fieldForStoredResponses: String? {
    fieldsForStoredResponses.first { $0.isSet }?.name
  }
}
