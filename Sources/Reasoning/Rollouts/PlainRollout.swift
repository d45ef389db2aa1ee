import ModelCore

/// `num_generations` whole responses per prompt, each trained on all its tokens.
package struct PlainRollout: RolloutSpecification {
  package init() {}

  package func makeEnvironment(_ context: RolloutContext) -> any RolloutEnvironment {
    PlainEnvironment(context)
  }
}

private struct PlainEnvironment: RolloutEnvironment {
  private let sampler: ResponseSampler
  private let greedy: ResponseSampler?

  init(_ context: RolloutContext) {
    sampler = context.makeSampler()
    greedy = context.makeGreedySampler()
  }

  func episodes(for problems: [Problem], step: Int) throws -> [EpisodeGroup] {
    let groups = try sampler.sample(problems, step: step)
    let baselines = try greedy?.sample(problems, step: step)
    return problems.indices.map { index in
      EpisodeGroup(
        problem: problems[index],
        episodes: groups[index].map(Episode.init(whole:)), baseline: baselines?[index].first)
    }
  }
}
