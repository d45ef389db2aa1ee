import ModelCore

/// `num_generations` whole responses to every prompt, each trained on all its tokens.
package struct PlainRollout: RolloutDesign {
  package init() {}

  package func makeEnvironment(_ context: RolloutContext) -> any RolloutEnvironment {
    PlainEnvironment(context)
  }
}

private struct PlainEnvironment: RolloutEnvironment {
  private let sampler: RolloutSampler
  private let greedy: RolloutSampler?

  init(_ context: RolloutContext) {
    sampler = RolloutSampler(
      model: context.model, backend: context.backend, settings: context.settings,
      numGenerations: context.numGenerations, seed: context.seed, purpose: "rl.sample",
      cachePrecision: context.cachePrecision)
    var settings = context.settings
    settings.temperature = 0
    greedy =
      context.wantsBaseline
      ? RolloutSampler(
        model: context.model, backend: context.backend, settings: settings, numGenerations: 1,
        seed: context.seed, purpose: "rl.baseline", cachePrecision: context.cachePrecision) : nil
  }

  func episodes(for problems: [Problem], step: Int) throws -> [EpisodeGroup] {
    let groups = try sampler.sample(problems, step: step)
    let baselines = try greedy?.sample(problems, step: step)
    return problems.indices.map { index in
      EpisodeGroup(
        problem: problems[index],
        episodes: groups[index].map { rollout in
          Episode(
            rollout: rollout, sequence: TrainingSequence(rollout),
            isTruncated: rollout.response.stop == .length)
        }, baseline: baselines?[index].first)
    }
  }
}
