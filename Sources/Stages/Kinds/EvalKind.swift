package import Fields
import Foundation
package import PipelineCore
package import Reasoning

/// Evaluates a policy on splits of problems: accuracy with its standard error, and response
/// lengths.
package struct EvalKind: SamplingStageKind {
  package let name = "eval"
  package let meaning = "Evaluate a policy: accuracy and tokens by split, difficulty and family"
  package let version = 3
  package let roles = [
    Role(RoleName.policy, accepts: [.model, .server], "the model or the server to evaluate"),
    Role(RoleName.problems, accepts: [.problems], "the problems to evaluate it on"),
    .responseFormat,
  ]
  package let output = ArtifactType.responses
  package let showsLog = true

  package let connector: ServerConnector

  package init(connector: ServerConnector = .http) { self.connector = connector }

  package struct Configuration: SamplingStageConfiguration {
    package var splits: [String] = []
    package var sampling = SamplingConfiguration()
    package var responseFormat: FormatConfiguration?
    package var strategy = "single"
    package var generationCutoff: [Int] = []
    package var budgets = BudgetConfiguration()
    package var audit: String?

    package init() {}
    package static let meaning = "Splits, sampling and metrics of an evaluation"
    package static var fields: [Field<Configuration>] {
      [
        .strings(
          "splits", \.splits, count: 1...64, "Splits to evaluate on", .semantic, required: true)
      ] + sampling(\.sampling, in: \.responseFormat) + [
        .choice(
          "strategy", \.strategy, of: AnswerAggregations.choices,
          "Aggregation of a problem's responses to its answer", .semantic),
        .ints(
          "generation_cutoff", \.generationCutoff, each: 1...65_536, count: 0...64, unit: .tokens,
          "Also report accuracy when responses longer than these count as wrong, ascending",
          .semantic),
      ]
        + BudgetConfiguration.fields(
          in: \.budgets,
          meanings: [
            "budget_prior": "Weights of the budgets in anytime_accuracy; absent for uniform"
          ]) + [
          .choice(
            "audit", \.audit, of: AnswerVerifiers.choices,
            "A second verifier; tables say how often the two disagree", .semantic)
        ]
    }

    package func issues() -> [FieldIssue] {
      var issues = FieldIssue.unlessAscending(
        generationCutoff, at: "generation_cutoff", called: "lengths")
      issues += FieldIssue.repeats(in: splits, at: "splits")
      if let strategy = AnswerAggregations.named(strategy),
        sampling.numGenerations < strategy.minimumSamples
      {
        issues.append(
          FieldIssue(
            ["strategy"],
            "'\(self.strategy)' needs at least \(strategy.minimumSamples) responses per "
              + "prompt, but num_generations is \(sampling.numGenerations)"))
      }
      issues += budgets.issues(with: sampling)
      return issues
    }

    package var task: SamplingTask {
      SamplingTask(
        splits: splits.enumerated().map { .init($1, at: ["splits", String($0)]) },
        sampling: sampling, budgets: budgets)
    }
  }

  package func revisions(of config: FieldValue) -> [String: Int] {
    let audit = Configuration(decoding: config).audit.flatMap(AnswerVerifiers.named)
    return AnswerVerifiers.revisions(of: audit.map { [$0] } ?? [])
  }

  package func cost(
    of configuration: Configuration, inputs: [String: [UpstreamStage]]
  ) -> StageCost {
    var cost = configuration.task.cost(inputs: inputs)
    cost.artifactBytes = cost.artifactBytes.map {
      $0 + .atMost(StageCost.product(configuration.splits.count, StageEstimates.mostBytesPerSplit))
    }
    return cost
  }

  package func run(_ configuration: Configuration, in context: any StageContext) throws {
    let records = try responses(configuration, in: context)
    let report = EvaluationReport(
      records, splits: configuration.splits,
      judgement: Judgement(
        strategy: AnswerAggregations.named(configuration.strategy) ?? MeanAccuracy(),
        plan: try configuration.budgets.plan, audit: configuration.audit),
      generationCutoff: configuration.generationCutoff)
    try ResponsesArtifact.write(records, to: context.output)
    try context.output.write(
      report.json.file, to: EvaluationReport.path)
  }
}
