import ModelCore
import TensorCore

/// The episodes of one step, and the selection that is trained.
struct CollectedRollout {
  /// All episodes, in order.
  var groups: [EpisodeGroup] = []
  var rewards: [GroupRewards] = []
  /// Places in `groups` of the groups that are trained.
  var kept: [Int] = []
  var batchCount = 0
}

/// Samples and rewards prompts until there are enough groups to train on.
struct RolloutCollector {
  let environment: any RolloutEnvironment
  let training: PolicyTrainingConfiguration
  let problems: ProblemPool
  let promptsPerStep: Int
  let seed: UInt64

  /// Collects the rollout of one step.
  /// - Parameters:
  ///   - progress: fraction of the training that is done.
  ///   - memory: of the reward; it is updated after every batch.
  func collect(
    step: Int, progress: Double, memory: inout RewardMemory
  ) throws -> CollectedRollout {
    var stream = RandomStream(seed: seed, purpose: "rl.prompts", UInt64(step))
    var seen: Set<ExactText> = []
    var rollout = CollectedRollout()
    let filter = training.algorithm.filterGroups
    repeat {
      let drawn = problems.drawDistinct(
        promptsPerStep, at: step, seed: seed, beside: &seen, using: &stream)
      guard !drawn.isEmpty else { break }
      let groups = try environment.episodes(for: drawn, step: step)
      let rewards = reward(groups, progress: progress, memory: &memory)
      for (group, rewards) in zip(groups, rewards) {
        if rollout.kept.count < promptsPerStep, filter?.keeps(group, rewards: rewards) ?? true {
          rollout.kept.append(rollout.groups.count)
        }
        rollout.groups.append(group)
        rollout.rewards.append(rewards)
      }
      rollout.batchCount += 1
    } while rollout.kept.count < promptsPerStep
      && rollout.batchCount < filter?.maxNumGenBatches ?? 1
    return rollout
  }

  private func reward(
    _ groups: [EpisodeGroup], progress: Double, memory: inout RewardMemory
  ) -> [GroupRewards] {
    if groups.contains(where: { $0.plan != nil }) { return groups.map(budgetRewards) }
    let batch = groups.map { group in
      ResponseGroup(
        responses: group.episodes.map(\.response.graded),
        tokens: group.episodes.map(\.response.sampled.tokens),
        maxNewTokens: training.sampling.maxNewTokens, problemID: group.problem.id,
        problemFields: group.fields, progress: progress)
    }
    var rewards = training.reward.rewards(for: batch, memory: memory)
    for (index, group) in groups.enumerated() {
      guard let baseline = group.baseline else { continue }
      var alone = batch[index]
      alone.responses = [baseline.graded]
      alone.tokens = [baseline.sampled.tokens]
      rewards[index].greedy = training.reward.rewards(for: [alone], memory: memory)[0].total[0]
    }
    training.reward.remember(batch, in: &memory)
    return rewards
  }

  /// Returns Σ_k P_k r_k. With budgets, correctness is the only reward term.
  private func budgetRewards(_ group: EpisodeGroup) -> GroupRewards {
    let weights = group.plan?.weights ?? []
    let scores = group.episodes.map { episode in
      zip(weights, episode.budgetScores).reduce(0) { $0 + $1.0 * $1.1 }
    }
    var rewards = GroupRewards(total: scores.map { _ in 0 })
    rewards.add(scores, as: Correctness.name)
    return rewards
  }
}
