package import Fields

/// The algorithm of a reinforcement learning stage, put together from its slots. An estimator, a
/// loss and the KL penalty each declare their fields and their rules beside their formula; this
/// type only puts them side by side, in the order of the schema.
package struct AlgorithmConfiguration: FieldGroup {
  private var estimatorSlot = Slot<any AdvantageEstimator>(RLOO())
  package var scaleRewards = RewardScaling.none
  package var filterGroups: GroupFilter?
  private var policyLossSlot = Slot<any PolicyLoss>(PPOClip())
  package var importanceSamplingLevel = ImportanceSamplingLevel.token
  package var aggregation = AggregationConfiguration()
  package var kl = KLPenalty()
  package var numIterations = 1
  package var numMiniBatches = 1
  package var maskTruncatedCompletions = false

  package init() {}

  /// The estimator that `adv_estimator` names.
  package var estimator: any AdvantageEstimator {
    get { estimatorSlot.chosen }
    set { estimatorSlot = Slot(newValue) }
  }

  /// The loss that `policy_loss` names.
  package var policyLoss: any PolicyLoss {
    get { policyLossSlot.chosen }
    set { policyLossSlot = Slot(newValue) }
  }

  package static let meaning = "Estimator, loss, aggregation and divergence"

  /// Trainers disagree on the defaults of the required fields, so these have no default here; a
  /// preset may set them.
  package static var fields: [Field<AlgorithmConfiguration>] {
    estimatorFields + lossFields + KLPenalty.fields(in: \.kl) + updateFields
  }

  private static var estimatorFields: [Field<AlgorithmConfiguration>] {
    [
      .slot(
        "adv_estimator", \.estimatorSlot, of: AdvantageEstimators.all,
        "The estimator that turns a group's rewards into advantages", .semantic, required: true),
      .choice(
        "scale_rewards", \.scaleRewards, "The deviation that advantages are divided by", .semantic,
        required: true),
    ]
      + Slot.fields(at: \.estimatorSlot, of: AdvantageEstimators.all, choice: "adv_estimator")
      + [
        .group(
          "filter_groups", \.filterGroups,
          "Leave out prompts whose responses all agree, and draw others instead", .semantic)
      ]
  }

  private static var lossFields: [Field<AlgorithmConfiguration>] {
    [
      .slot(
        "policy_loss", \.policyLossSlot, of: PolicyLosses.all, "The loss of one token",
        .semantic),
      .choice(
        "importance_sampling_level", \.importanceSamplingLevel,
        "The unit of the probability ratio: a token or a sequence", .semantic),
    ]
      + Slot.fields(at: \.policyLossSlot, of: PolicyLosses.all, choice: "policy_loss")
      + AggregationConfiguration.fields(in: \.aggregation)
  }

  private static var updateFields: [Field<AlgorithmConfiguration>] {
    [
      .int(
        "num_iterations", \.numIterations, 1...1000, "Passes over each rollout", .semantic),
      .int(
        "num_mini_batches", \.numMiniBatches, 1...10_000,
        "Optimiser steps that a pass over a rollout is split into, at most one a prompt",
        .semantic),
      .bool(
        "mask_truncated_completions", \.maskTruncatedCompletions,
        "Leave unfinished responses out of the loss", .semantic),
    ]
  }

  /// True if a frozen copy of the starting policy has to be evaluated.
  package var needsReference: Bool { kl.coef > 0 }
}

// MARK: Rules

extension AlgorithmConfiguration {
  private var estimatorType: any AdvantageEstimator.Type { type(of: estimator) }
  private var lossType: any PolicyLoss.Type { type(of: policyLoss) }

  package func issues() -> [FieldIssue] {
    estimatorType.issues(scaleRewards: scaleRewards)
      + estimator.allIssues() + estimatorSlot.idleFields
      + aggregation.issues()
      + policyLoss.allIssues() + policyLossSlot.idleFields + lossType.issues(in: self)
      + kl.issues()
  }

  /// Issues of these fields in combination with the rollout and the reward.
  package func issues(
    numGenerations: Int, rollout: any RolloutSpecification = PlainRollout(),
    reward: RewardConfiguration = RewardConfiguration()
  ) -> [FieldIssue] {
    estimatorType.issues(numGenerations: numGenerations) + estimatorType.issues(rollout: rollout)
      + kl.issues(rollout: rollout) + estimatorType.issues(reward: reward)
  }

  /// Warnings about valid fields that do not have the effect they seem to have.
  package func warnings(promptsPerStep: Int) -> [FieldIssue] {
    lossType.warnings(in: self, promptsPerStep: promptsPerStep)
      + splittingWarnings(promptsPerStep) + kl.warnings
  }

  private func splittingWarnings(_ promptsPerStep: Int) -> [FieldIssue] {
    guard numMiniBatches > promptsPerStep else { return [] }
    return [
      .warning(
        ["num_mini_batches"],
        "\(promptsPerStep) prompts per step make at most \(promptsPerStep) mini-batches, but "
          + "num_mini_batches is \(numMiniBatches)",
        help: "mini-batches are of whole prompts; raise train.prompts_per_step, or ask for fewer")
    ]
  }
}
