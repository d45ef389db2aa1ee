package import Fields
package import PipelineCore
package import Reasoning

/// Samples a policy's responses to a split of problems and stores every one.
package struct SampleKind: SamplingStageKind {
  package let name = "sample"
  package let meaning = "Sample a policy's responses and store every one"
  package let version = 3
  package let output = ArtifactType.responses
  package let showsLog = true

  package let connector: ServerConnector

  package init(connector: ServerConnector = .http) { self.connector = connector }

  package struct Configuration: SamplingStageConfiguration {
    package var split = ""
    package var sampling = SamplingConfiguration()
    package var responseFormat: FormatConfiguration?
    package var budgets = BudgetConfiguration()

    package init() {}
    package static let meaning = "The problems to answer, and sampling"
    package static var fields: [Field<Configuration>] {
      [
        .string("split", \.split, "The split of the problems to answer", .semantic, required: true)
      ] + sampling(\.sampling, in: \.responseFormat)
        + BudgetConfiguration.fields(
          in: \.budgets,
          meanings: [
            "budget_prior":
              "Hold each response to one of 'budgets', drawn with these weights; absent for all"
          ])
    }

    package func issues() -> [FieldIssue] { budgets.issues(with: sampling) }

    package var task: SamplingTask {
      SamplingTask(
        splits: [.init(split, at: ["split"])], sampling: sampling, budgets: budgets,
        drawsBudget: budgets.mode == .cuts && budgets.cuts.prior != nil)
    }
  }

  package func run(_ configuration: Configuration, in context: any StageContext) throws {
    try ResponsesArtifact.write(responses(configuration, in: context), to: context.output)
  }
}
