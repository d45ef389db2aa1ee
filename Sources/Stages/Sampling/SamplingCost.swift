package import PipelineCore
import Reasoning

extension SamplingTask {
  /// The cost to answer every problem.
  package func cost(inputs: [String: [UpstreamStage]]) -> StageCost {
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
        parameters: StageEstimates.parameters(
          of: inputs[RoleName.policy]?.first, orNew: nil, in: sampling.format),
        problems: inputs[RoleName.problems]?.first, splits: names, also: sort))
  }
}
