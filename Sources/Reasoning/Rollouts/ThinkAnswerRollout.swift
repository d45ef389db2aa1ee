import ModelCore

/// Thinking up to a budget, then an answer with its own budget: `type: think_answer`.
///
/// Xu et al. 2025, Elastic Reasoning (arXiv 2505.05315). The bridge that ends a thought at its
/// budget is trained like tokens that the model sampled, as in the released code.
package struct ThinkAnswerRollout: RolloutSpecification {
  package let thinkingBudget: Int
  /// The most tokens after the end of thinking.
  package let answerBudget: Int

  package init(thinkingBudget: Int, answerBudget: Int) {
    self.thinkingBudget = thinkingBudget
    self.answerBudget = answerBudget
  }

  package func shape(in format: any ResponseFormat) -> ResponseShape {
    .cut(thinkingBudget: thinkingBudget, answerBudget: answerBudget)
  }

  package func makeEnvironment(_ context: RolloutContext) -> any RolloutEnvironment {
    ThinkAnswerEnvironment(specification: self, context: context, policy: context.makePolicy())
  }
}

private struct ThinkAnswerEnvironment: RolloutEnvironment {
  let specification: ThinkAnswerRollout
  let context: RolloutContext
  let policy: LocalPolicy

  func episodes(for problems: [Problem], step: Int) throws -> [EpisodeGroup] {
    var drawn = try responses(
      problems, count: context.numGenerations, temperature: context.settings.temperature,
      purpose: "rl.sample", step: step
    ).makeIterator()
    let baselines =
      context.wantsBaseline
      ? try responses(problems, count: 1, temperature: 0, purpose: "rl.baseline", step: step) : nil
    return problems.indices.map { index in
      EpisodeGroup(
        problem: problems[index],
        episodes: (0..<context.numGenerations).compactMap { _ in
          drawn.next().map(Episode.init(whole:))
        }, baseline: baselines?[index])
    }
  }

  private func responses(
    _ problems: [Problem], count: Int, temperature: Double, purpose: String, step: Int
  ) throws -> [Response] {
    var settings = context.settings
    settings.temperature = temperature
    let sampler = BudgetCutSampler(
      policy: policy, format: context.format, settings: settings,
      answerBudget: specification.answerBudget)
    return try sampler.sample(
      problems.flatMap { problem in
        try (0..<count).map { sample in
          try BudgetCutRequest(
            ResponseRequest(problem: problem, sample: sample), in: context.format,
            thinkingBudget: specification.thinkingBudget, seed: context.seed, purpose: purpose,
            step: step)
        }
      }
    ).compactMap { $0.summaries.first?.first }
  }
}
