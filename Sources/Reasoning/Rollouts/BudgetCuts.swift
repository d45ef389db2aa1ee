import ModelCore
import TensorCore

/// Thoughts that are truncated at budgets, with several summaries per part: `type: budget_cuts`.
///
/// Qi et al. 2025, AnytimeReasoner (arXiv 2505.13438), sec. 2 and 3. The thought is trained,
/// including its end if the model sampled it, and so are the summaries. Tokens forced by a budget
/// are not.
package struct BudgetCuts: RolloutSpecification {
  package let plan: BudgetPlan
  /// The most tokens of a summary.
  package let answerBudget: Int
  /// The most summaries of a step to train on; nil for all.
  package let maxSummariesPerStep: Int?

  package init(plan: BudgetPlan, answerBudget: Int, maxSummariesPerStep: Int? = nil) {
    self.plan = plan
    self.answerBudget = answerBudget
    self.maxSummariesPerStep = maxSummariesPerStep
  }

  package var scoresBudgets: Bool { true }

  package func mostTokens(maxNewTokens: Int) -> Int {
    (plan.budgets.last ?? 0) + plan.budgets.count * plan.summariesPerBudget * answerBudget
  }

  package func shape(in format: any ResponseFormat) -> ResponseShape {
    .cut(thinkingBudget: plan.budgets.last ?? 0, answerBudget: answerBudget)
  }

  package func makeEnvironment(_ context: RolloutContext) -> any RolloutEnvironment {
    BudgetCutEnvironment(specification: self, context: context, policy: context.makePolicy())
  }
}

private struct BudgetCutEnvironment: RolloutEnvironment {
  let specification: BudgetCuts
  let context: RolloutContext
  let policy: LocalPolicy

  func episodes(for problems: [Problem], step: Int) throws -> [EpisodeGroup] {
    let sampler = BudgetCutSampler(
      policy: policy, format: context.format, settings: context.settings,
      answerBudget: specification.answerBudget)
    var episodes = try sampler.sample(
      problems.flatMap { problem in
        try (0..<context.numGenerations).map { sample in
          try BudgetCutRequest(
            ResponseRequest(problem: problem, sample: sample), in: context.format,
            budgets: specification.plan.budgets, summaries: specification.plan.summariesPerBudget,
            seed: context.seed, purpose: "rl.sample", step: step)
        }
      }
    ).makeIterator()
    var groups = problems.map { problem in
      EpisodeGroup(
        problem: problem,
        episodes: (0..<context.numGenerations).compactMap { _ in
          episodes.next().flatMap(Episode.init)
        },
        plan: specification.plan)
    }
    if let most = specification.maxSummariesPerStep { train(most, of: &groups, step: step) }
    return groups
  }

  /// Keeps `most` of the step's summaries for training, chosen at random. The others still count in
  /// the means that the kept ones are compared with.
  private func train(_ most: Int, of groups: inout [EpisodeGroup], step: Int) {
    let places = groups.indices.flatMap { group in
      groups[group].episodes.indices.flatMap { episode in
        groups[group].episodes[episode].summaries.indices.flatMap { cut in
          groups[group].episodes[episode].summaries[cut].indices.map { (group, episode, cut, $0) }
        }
      }
    }
    guard places.count > most else { return }
    var order = Array(places.indices)
    var stream = RandomStream(seed: context.seed, purpose: "rl.summaries", UInt64(step))
    stream.shuffle(&order)
    for index in order[most...] {
      let (group, episode, cut, summary) = places[index]
      groups[group].episodes[episode].summaries[cut][summary].isTrained = false
    }
  }
}

extension Episode {
  /// Converts a cut thought to an episode. The episode's response is the first one at the largest
  /// budget.
  package init?(_ cut: BudgetCutEpisode) {
    guard let whole = cut.summaries.last?.first else { return nil }
    let prompt = cut.prompt
    let thought = cut.thought
    self.init(
      response: whole,
      sequence: TrainingSequence(
        tokens: prompt + thought.tokens,
        isSampled: prompt.map { _ in false } + thought.tokens.map { _ in true },
        logProbabilities: thought.logProbabilities),
      isTruncated: cut.cuts.last?.isForced ?? false)
    budgetScores = cut.scores
    // Token t, counted from 1, belongs to the smallest budget that covers it.
    segments = (1...thought.tokens.count).map { t in cut.budgets.firstIndex { $0 >= t } }
    summaries = cut.cuts.filter { !$0.isOver }.map { part in
      zip(part.budgets, part.summaries).flatMap { budget, summaries in
        summaries.map { summary in
          Summary(
            sequence: TrainingSequence(summary, given: part.givenCount),
            reward: summary.graded.isCorrect ? 1 : 0, budget: budget)
        }
      }
    }
  }
}

extension TrainingSequence {
  /// A response whose first `count` tokens were given.
  fileprivate init(_ response: Response, given count: Int) {
    let isGiven = response.prompt.count + count
    self.init(
      tokens: response.tokens, isSampled: response.tokens.indices.map { $0 >= isGiven },
      logProbabilities: Array(response.sampled.logProbabilities.dropFirst(count)))
  }
}
