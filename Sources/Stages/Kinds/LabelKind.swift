package import Fields
package import PipelineCore
package import Reasoning

/// Lets a frozen policy answer every problem of a split and stores per-problem statistics of its
/// responses.
package struct LabelKind: SamplingStageKind {
  package let name = "label"
  package let meaning = "Per-problem statistics of a frozen policy: lengths, b_max, accuracy"
  package let version = 3
  package let output = ArtifactType.labels

  package let connector: ServerConnector

  package init(connector: ServerConnector = .http) { self.connector = connector }

  package struct Configuration: SamplingStageConfiguration {
    package var split = ""
    package var sampling = SamplingConfiguration()
    package var responseFormat: FormatConfiguration?

    package init() {}
    package static let meaning = "The problems to label, and sampling"
    package static var fields: [Field<Configuration>] {
      [
        .string("split", \.split, "The split of the problems to label", .semantic, required: true)
      ] + sampling(\.sampling, in: \.responseFormat)
    }

    package var task: SamplingTask {
      SamplingTask(splits: [.init(split, at: ["split"])], sampling: sampling)
    }
  }

  package func cost(
    of configuration: Configuration, inputs: [String: [UpstreamStage]]
  ) -> StageCost {
    var cost = configuration.task.cost(inputs: inputs)
    cost.artifactBytes = cost.artifactBytes.map {
      $0
        + .atMost(
          StageCost.sum([
            StageCost.product(cost.prompts ?? 0, StageEstimates.mostBytesPerResponse),
            StageCost.product(cost.completions ?? 0, StageEstimates.mostBytesPerLabel),
          ]))
    }
    return cost
  }

  package func run(_ configuration: Configuration, in context: any StageContext) throws {
    let records = try responses(configuration, in: context)
    try LabelsArtifact.write(records.byQuestion.map(LabelRecord.init), to: context.output)
    try ResponsesArtifact.write(records, to: context.output)
  }
}
