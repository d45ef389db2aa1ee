import Algorithms
import Fields
import ModelCore
package import PipelineCore
import Reasoning
package import Reporting

/// Evaluations of one label at one setting, one run per seed.
package struct EvaluationResults: ClaimResults {
  package static let type = ArtifactType.responses
  package static let metrics: [String]? = (Metrics.choices + ScoreTypes.choices).map(\.name)
    .filter { Metrics.named($0)?.hasInterval ?? true }

  /// One seed's responses grouped by question, with the rules by which they are scored.
  package struct Run: Sendable {
    package let seed: String
    package let judgement: Judgement
    package let questions: [[ResponseRecord]]
  }

  package let runs: [Run]
  private let hasTokens: Bool

  /// - Parameter metrics: the metrics that will be computed; tokens are read only for those that
  ///   need them.
  /// - Throws: `StoreError` if stored responses cannot be read.
  package init(_ runs: [CollectedInput], for metrics: [String] = []) throws {
    let hasTokens = metrics.contains { Metrics.named($0)?.readsTokens ?? false }
    self.hasTokens = hasTokens
    self.runs = try runs.map { input in
      Run(
        seed: input.point.first { $0.path == Axis.seedPath }?.value.text ?? "",
        judgement: try Self.judgement(of: input.artifact),
        questions: try
          (hasTokens
          ? ResponsesArtifact.read(input.artifact)
          : ResponsesArtifact.readFigures(input.artifact)).byQuestion)
    }
  }

  /// The scoring rules of an artifact. An evaluation stores its strategy and its budgets' prior;
  /// responses of `sample` are scored one by one.
  private static func judgement(of artifact: any ArtifactReader) throws -> Judgement {
    guard artifact.files.contains(EvaluationReport.path) else {
      return Judgement(strategy: MeanAccuracy())
    }
    return try EvaluationReport.judgement(of: try artifact.read(EvaluationReport.path))
  }

  package func grid(of metric: String, _ filter: ResultFilter) -> SeedQuestionGrid? {
    Metrics.named(metric).flatMap { grid(of: $0, filter) }
  }

  /// The metric on the questions that every run has, in the first run's order.
  package func grid(of metric: any Metric, _ filter: ResultFilter) -> SeedQuestionGrid? {
    let chosen = runs.map { run in
      run.questions.map { $0.filter(filter.covers) }.filter { !$0.isEmpty }
    }
    guard let first = chosen.first, !first.isEmpty, hasTokens || !metric.readsTokens else {
      return nil
    }
    let byName = chosen.map { questions in
      Dictionary(
        questions.map { ($0[0].questionName, $0) }, uniquingKeysWith: { first, _ in first })
    }
    let names = first.map { $0[0].questionName }.filter { name in
      byName.allSatisfy { $0[name] != nil }
    }
    guard case .overQuestions(let statistic, let contribution) = metric.computation, !names.isEmpty
    else { return nil }
    // A mean over the responses whose lengths are known would be one of other questions.
    guard
      chosen.allSatisfy({ questions in
        questions.joined().haveLengths(for: metric)
          && (filter.cutoff == nil || questions.joined().allSatisfy(\.hasLength))
      })
    else { return nil }
    return SeedQuestionGrid(
      statistic, isShare: metric.unit == .share, seeds: runs.map(\.seed), questions: names,
      clusters: names.map { byName[0][$0]?.first?.clusterName ?? $0 },
      cells: zip(runs, byName).flatMap { run, questions in
        names.map { name in
          contribution((questions[name] ?? []).map { filter.applied(to: $0) }, run.judgement)
        }
      })
  }

  package func records(_ filter: ResultFilter) -> [ResponseRecord] {
    runs.flatMap { run in run.questions.joined().filter(filter.covers) }
  }

  /// True if nothing says how many tokens some of the responses have.
  package var lacksLengths: Bool {
    runs.contains { run in run.questions.contains { !$0.allSatisfy(\.hasLength) } }
  }

  package var splits: [String] {
    runs.flatMap { run in run.questions.compactMap { $0.first?.split } }.uniqued(on: \.self)
  }

  package func difficulties(_ filter: ResultFilter) -> [Int] {
    Set(records(filter).map(\.problem.difficulty)).sorted()
  }

  package func budgets(_ filter: ResultFilter) -> [Int] {
    Set(records(filter).compactMap(\.budget)).sorted()
  }
}

extension ResultFilter {
  func covers(_ record: ResponseRecord) -> Bool {
    covers(split: record.split, problem: record.problem, budget: record.budget)
  }

  /// True if the filter includes measurements on this problem of a split, under this budget if any.
  func covers(split: String, problem: Problem, budget: Int?) -> Bool {
    (splits.isEmpty || splits.contains(split))
      && (family.map { $0 == problem.family } ?? true)
      && (difficulty.map { $0 == problem.difficulty } ?? true)
      && (self.budget.map { $0 == budget } ?? true)
  }

  /// The response as it would be if generation had ended at the cut-off: a longer response is
  /// unfinished, and therefore wrong (`GenerationCutoff`).
  func applied(to record: ResponseRecord) -> ResponseRecord {
    guard let cutoff, record.tokenCount > cutoff else { return record }
    var cut = record
    cut.tokenCount = cutoff
    cut.thinkingTokenCount = min(record.thinkingTokenCount, cutoff)
    cut.answerTokenCount = 0
    cut.isFinished = false
    cut.stop = StopReason.length.rawValue
    cut.cutBy = record.cutBy.filter { $0 == .thinkingBudget } + [.maxNewTokens]
    // They speak of the whole response.
    cut.thoughtCount = nil
    cut.tokens = []
    cut.logProbabilities = []
    cut.verdict = .wrong
    return cut
  }
}
