package import Fields
import Foundation
package import PipelineCore
import Reasoning

/// Judges a policy on splits of problems: accuracy with its standard error, and how long it thinks.
package struct EvalKind: ConfiguredStageKind {
  package let name = "eval"
  package let meaning = "Judge a policy: accuracy and tokens by split, difficulty and family"
  package let version = 1
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
    package var budgets: [Int] = []

    package init() {}
    package static let meaning = "What to judge on and how"
    package static var fields: [Field<Configuration>] {
      [
        .strings(
          "splits", \.splits, count: 1...64, "The splits to judge on", .semantic, required: true),
        .group("sampling", \.sampling, "How responses are drawn", .semantic, required: true),
        .choice(
          "strategy", \.strategy, of: AnswerStrategies.choices,
          "How a problem's responses become its answer", .semantic),
        .ints(
          "budgets", \.budgets, each: 1...65_536, count: 0...64, unit: .tokens,
          "Also report accuracy when responses are cut off at these lengths, ascending",
          .semantic),
      ]
    }

    package func issues() -> [FieldIssue] {
      var issues: [FieldIssue] = []
      if zip(budgets, budgets.dropFirst()).contains(where: { $0 >= $1 }) {
        issues.append(FieldIssue(["budgets"], "budgets must ascend, each once"))
      }
      issues += FieldIssue.repeats(in: splits, at: "splits")
      if let strategy = AnswerStrategies.named(strategy),
        sampling.numGenerations < strategy.minimumSamples
      {
        issues.append(
          FieldIssue(
            ["strategy"],
            "'\(self.strategy)' needs at least \(strategy.minimumSamples) responses per "
              + "prompt, but num_generations is \(sampling.numGenerations)"))
      }
      return issues
    }
  }

  package func linkIssues(
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
    var cost = configuration.sampling.cost(ofSplits: configuration.splits, inputs: inputs)
    cost.artifactBytes = cost.artifactBytes.map {
      $0 + .atMost(StageCost.product(configuration.splits.count, StageFigures.mostBytesPerSplit))
    }
    return cost
  }

  package func run(_ configuration: Configuration, in context: any StageContext) throws {
    let records = try ResponseSampling(
      splits: configuration.splits, sampling: configuration.sampling, purpose: "eval",
      context: context
    ).run()
    let report = EvaluationReport(
      records, splits: configuration.splits,
      strategy: AnswerStrategies.named(configuration.strategy) ?? Single(),
      budgets: configuration.budgets)
    try ResponsesArtifact.write(records, to: context.output)
    try context.output.write(
      report.json.file, to: EvaluationReport.path)
  }
}
