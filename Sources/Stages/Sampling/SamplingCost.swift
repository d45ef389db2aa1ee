import ModelCore
package import PipelineCore
import Reasoning

extension SamplingTask {
  /// The cost to answer every problem.
  package func cost(inputs: [String: [UpstreamStage]]) -> StageCost {
    if let server = UpstreamServer(inputs: inputs) { return cost(of: server, inputs: inputs) }
    let problems = UpstreamProblems(role: RoleName.problems, inputs: inputs)
    let names = splits.map(\.name)
    let counts = names.compactMap(problems.count(ofSplit:))
    guard counts.count == names.count else { return StageCost() }
    let prompts = StageCost.sum(counts)
    let samples = StageCost.product(prompts, sampling.numGenerations)
    let records = budgets.recordsPerSample(drawnByPrior: drawsBudget)
    let completions = StageCost.product(samples, records)
    // Records repeat the thought that several summaries share, but the thought is sampled once.
    let stored = StageCost.product(completions, sampling.maxNewTokens)
    let drawn =
      budgets.mode == .cuts
      ? StageCost.product(
        samples, (budgets.cuts.budgets.last ?? 0) + records * budgets.answerBudget(for: sampling))
      : stored
    let bytes = StageEstimates.responses(
      completions, tokens: stored, in: sampling.format)
    var sort = [
      ("num_generations", sampling.numGenerations), ("max_new_tokens", sampling.maxNewTokens),
    ]
    if budgets.mode != .none { sort.append(("records", records)) }
    return StageCost(
      prompts: prompts, completions: completions, maxGeneratedTokens: drawn, steps: prompts,
      artifactBytes: .atMost(bytes),
      // The same responses are stored a second time, as cells.
      keptBytes: .atMost(StageCost.product(2, bytes)),
      work: StageEstimates.work(
        completions,
        parameters: StageEstimates.model(
          of: inputs[RoleName.policy]?.first, orNew: nil, in: sampling.format)?.parameterCount,
        problems: inputs[RoleName.problems]?.first, splits: names, also: sort))
  }

  /// The memory that it takes to answer problems, as many at once as there is room for.
  package func memory(
    inputs: [String: [UpstreamStage]], numerics: Numerics
  ) -> StageMemory? {
    guard
      let model = StageEstimates.model(
        of: inputs[RoleName.policy]?.first, orNew: nil, in: sampling.format)
    else { return nil }
    let problems = UpstreamProblems(role: RoleName.problems, inputs: inputs)
    let counts = splits.map(\.name).compactMap(problems.count(ofSplit:))
    let together = min(
      ResponseSampling.problemsPerSlice,
      counts.count == splits.count ? StageCost.sum(counts) : .max)
    var estimate = MemoryEstimate(
      model, numerics: numerics, format: sampling.format, use: .onlyRead)
    estimate.addDecoding(
      sequences: StageCost.product(
        together, sampling.numGenerations,
        budgets.recordsPerSample(drawnByPrior: drawsBudget)),
      longest: longestSequence, precision: sampling.kvCache.precision,
      forks: requires.contains(.forks),
      fields: ["sampling.max_new_tokens", "sampling.num_generations"])
    return estimate.memory
  }
}
