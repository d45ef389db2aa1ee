package import Fields
import Foundation
package import PipelineCore
import Reasoning

/// Evaluates a policy on splits of problems: accuracy with its standard error, and response
/// lengths.
package struct EvalKind: ConfiguredStageKind {
  package let name = "eval"
  package let meaning = "Judge a policy: accuracy and tokens by split, difficulty and family"
  package let version = 2
  package let roles = [
    Role("policy", accepts: [.model], "the model to judge"),
    Role("problems", accepts: [.problems], "the problems to judge it on"),
  ]
  package let output = ArtifactType.responses
  package let usesSeed = true
  package let usesNumerics = true
  package let showsLog = true

  package init() {}

  package struct Configuration: FieldGroup {
    package var splits: [String] = []
    package var sampling = SamplingConfiguration()
    package var strategy = "single"
    package var generationCutoff: [Int] = []
    package var budgets = BudgetConfiguration()

    package init() {}
    package static let meaning = "What to judge on and how"
    package static var fields: [Field<Configuration>] {
      [
        .strings(
          "splits", \.splits, count: 1...64, "The splits to judge on", .semantic, required: true),
        .group("sampling", \.sampling, "How responses are drawn", .semantic, required: true),
        .choice(
          "strategy", \.strategy, of: AnswerAggregations.choices,
          "How a problem's responses become its answer", .semantic),
        .ints(
          "generation_cutoff", \.generationCutoff, each: 1...65_536, count: 0...64, unit: .tokens,
          "Also report accuracy when responses longer than these count as wrong, ascending",
          .semantic),
      ]
        + BudgetConfiguration.fields(
          at: \.budgets,
          prior: "How much each budget counts in anytime_accuracy; absent for uniform")
    }

    package func issues() -> [FieldIssue] {
      var issues: [FieldIssue] = []
      if zip(generationCutoff, generationCutoff.dropFirst()).contains(where: { $0 >= $1 }) {
        issues.append(FieldIssue(["generation_cutoff"], "lengths must ascend, each once"))
      }
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
  }

  package func upstreamIssues(
    in configuration: Configuration, inputs: [String: [UpstreamStage]], numerics: Numerics?
  ) -> [FieldIssue] {
    let problems = UpstreamProblems(role: "problems", inputs: inputs)
    return configuration.splits.enumerated().compactMap { index, split in
      problems.issue(forSplit: split, at: ["splits", String(index)])
    } + configuration.sampling.issues(under: numerics)
  }

  package func cost(
    of configuration: Configuration, inputs: [String: [UpstreamStage]]
  ) -> StageCost {
    var cost = configuration.sampling.cost(
      ofSplits: configuration.splits, inputs: inputs, budgets: configuration.budgets)
    cost.artifactBytes = cost.artifactBytes.map {
      $0 + .atMost(StageCost.product(configuration.splits.count, StageEstimates.mostBytesPerSplit))
    }
    return cost
  }

  package func longestSequence(_ configuration: Configuration) -> Int? {
    configuration.budgets.longestSequence(for: configuration.sampling)
  }

  package func run(_ configuration: Configuration, in context: any StageContext) throws {
    let records = try ResponseSampling(
      splits: configuration.splits, sampling: configuration.sampling,
      budgets: configuration.budgets, purpose: "eval", context: context
    ).run()
    let report = EvaluationReport(
      records, splits: configuration.splits,
      judgement: Judgement(
        strategy: AnswerAggregations.named(configuration.strategy) ?? MeanAccuracy(),
        plan: try configuration.budgets.plan),
      generationCutoff: configuration.generationCutoff)
    try ResponsesArtifact.write(records, to: context.output)
    try context.output.write(
      report.json.file, to: EvaluationReport.path)
  }
}
