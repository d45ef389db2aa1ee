package import Fields
package import PipelineCore
import Reasoning

/// Lets a frozen policy answer every problem of a split and stores per-problem statistics of its
/// responses.
package struct LabelKind: ConfiguredStageKind {
  package let name = "label"
  package let meaning = "What a frozen policy makes of each problem: lengths, b_max, accuracy"
  package let version = 2
  package let roles = [
    Role("policy", accepts: [.model], "the model that answers"),
    Role("problems", accepts: [.problems], "the problems it answers"),
  ]
  package let output = ArtifactType.labels
  package let usesSeed = true
  package let usesNumerics = true

  package init() {}

  package struct Configuration: FieldGroup {
    package var split = ""
    package var sampling = SamplingConfiguration()

    package init() {}
    package static let meaning = "Which problems to label and how"
    package static var fields: [Field<Configuration>] {
      [
        .string("split", \.split, "The split of the problems to label", .semantic, required: true),
        .group("sampling", \.sampling, "How responses are drawn", .semantic, required: true),
      ]
    }
  }

  package func upstreamIssues(
    in configuration: Configuration, inputs: [String: [UpstreamStage]], numerics: Numerics?
  ) -> [FieldIssue] {
    let problems = UpstreamProblems(role: "problems", inputs: inputs)
    return [problems.issue(forSplit: configuration.split, at: ["split"])].compactMap { $0 }
      + configuration.sampling.issues(under: numerics)
  }

  package func cost(
    of configuration: Configuration, inputs: [String: [UpstreamStage]]
  ) -> StageCost {
    var cost = configuration.sampling.cost(ofSplits: [configuration.split], inputs: inputs)
    cost.artifactBytes = cost.artifactBytes.map {
      $0
        + .atMost(
          StageCost.sum([
            StageCost.product(cost.prompts ?? 0, StageEstimates.mostBytesPerResponse),
            StageCost.product(cost.completions ?? 0, StageEstimates.mostBytesPerToken),
          ]))
    }
    return cost
  }

  package func longestSequence(_ configuration: Configuration) -> Int? {
    BudgetConfiguration().longestSequence(for: configuration.sampling)
  }

  package func run(_ configuration: Configuration, in context: any StageContext) throws {
    let records = try ResponseSampling(
      splits: [configuration.split], sampling: configuration.sampling, purpose: "label",
      context: context
    ).run()
    try LabelsArtifact.write(records.byQuestion.map(LabelRecord.init), to: context.output)
    try ResponsesArtifact.write(records, to: context.output)
  }
}
