package import Fields
package import PipelineCore
import Reasoning

/// Samples a policy's responses to a split of problems and stores every one.
package struct SampleKind: ConfiguredStageKind {
  package let name = "sample"
  package let meaning = "Sample a policy's responses and store every one"
  package let version = 2
  package let roles = [
    Role("policy", accepts: [.model], "the model that answers"),
    Role("problems", accepts: [.problems], "the problems it answers"),
  ]
  package let output = ArtifactType.responses
  package let usesSeed = true
  package let usesNumerics = true
  package let showsLog = true

  package init() {}

  package struct Configuration: FieldGroup {
    package var split = ""
    package var sampling = SamplingConfiguration()
    package var budgets = BudgetConfiguration()

    /// True if each response has one budget, drawn from the prior.
    var drawsBudget: Bool { budgets.mode == .cuts && budgets.budgetPrior != nil }

    package init() {}
    package static let meaning = "Which problems to answer and how"
    package static var fields: [Field<Configuration>] {
      [
        .string("split", \.split, "The split of the problems to answer", .semantic, required: true),
        .group("sampling", \.sampling, "How responses are drawn", .semantic, required: true),
      ]
        + BudgetConfiguration.fields(
          at: \.budgets,
          prior: "Hold each response to one of 'budgets', drawn with these weights; absent for all")
    }

    package func issues() -> [FieldIssue] { budgets.issues(with: sampling) }
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
    configuration.sampling.cost(
      ofSplits: [configuration.split], inputs: inputs, budgets: configuration.budgets,
      drawsBudget: configuration.drawsBudget)
  }

  package func longestSequence(_ configuration: Configuration) -> Int? {
    configuration.budgets.longestSequence(for: configuration.sampling)
  }

  package func run(_ configuration: Configuration, in context: any StageContext) throws {
    let records = try ResponseSampling(
      splits: [configuration.split], sampling: configuration.sampling,
      budgets: configuration.budgets, drawsBudget: configuration.drawsBudget, purpose: "sample",
      context: context
    ).run()
    try ResponsesArtifact.write(records, to: context.output)
  }
}

extension SamplingConfiguration {
  /// The cost to answer every problem of the given splits.
  package func cost(
    ofSplits splits: [String], inputs: [String: [UpstreamStage]],
    budgets: BudgetConfiguration = BudgetConfiguration(), drawsBudget: Bool = false
  ) -> StageCost {
    let problems = UpstreamProblems(role: "problems", inputs: inputs)
    let counts = splits.compactMap(problems.count(ofSplit:))
    guard counts.count == splits.count else { return StageCost() }
    let prompts = StageCost.sum(counts)
    let samples = StageCost.product(prompts, numGenerations)
    let records = budgets.recordsPerSample(drawnByPrior: drawsBudget)
    let completions = StageCost.product(samples, records)
    // Records repeat the thought that several summaries share, but the thought is sampled once.
    let stored = StageCost.product(completions, maxNewTokens)
    let drawn =
      budgets.mode == .cuts
      ? StageCost.product(
        samples, (budgets.budgets.last ?? 0) + records * budgets.answerBudget(for: self)) : stored
    let bytes = StageEstimates.responses(completions, tokens: stored)
    var sort = [("num_generations", numGenerations), ("max_new_tokens", maxNewTokens)]
    if budgets.mode != .none { sort.append(("records", records)) }
    return StageCost(
      prompts: prompts, completions: completions, maxGeneratedTokens: drawn, steps: prompts,
      artifactBytes: .atMost(bytes),
      // The same responses are stored a second time, as cells.
      keptBytes: .atMost(StageCost.product(2, bytes)),
      work: StageEstimates.work(
        completions,
        parameters: StageEstimates.parameters(of: inputs["policy"]?.first, orNew: nil),
        problems: inputs["problems"]?.first, splits: splits, also: sort))
  }
}
