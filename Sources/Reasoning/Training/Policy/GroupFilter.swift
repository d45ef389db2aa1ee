package import Fields

/// Drops prompts whose responses all have the same result, from which group estimators learn
/// nothing, and samples further prompts in their place.
///
/// Dynamic sampling of DAPO (Yu et al. 2025, arXiv 2503.14476, sec. 3.2): a batch is sampled,
/// prompts whose metric does not vary are dropped, and another batch follows until enough are left
/// or `max_num_gen_batches` were sampled; surplus prompts are dropped from the end. All prompts of
/// a step are different. If the pool has no more, the step continues with the prompts it has.
package struct GroupFilter: FieldGroup {
  package enum Metric: String, FieldChoice {
    case accuracy, reward

    package var meaning: String {
      switch self {
      case .accuracy: "whether a response is correct"
      case .reward: "the sum of its reward terms"
      }
    }
  }

  package var metric = Metric.accuracy
  package var maxNumGenBatches = 10

  package init() {}

  package static let meaning = "The variation that a group needs, and the redraws without it"
  package static var fields: [Field<GroupFilter>] {
    [
      .choice("metric", \.metric, "The value that must differ within a group", .semantic),
      .int(
        "max_num_gen_batches", \.maxNumGenBatches, 1...1000,
        "Most batches of prompts_per_step prompts played for one step", .semantic, required: true),
    ]
  }

  /// Returns true if the group gives a signal. With budgets both metrics are the score over
  /// budgets.
  package func keeps(_ group: EpisodeGroup, rewards: GroupRewards) -> Bool {
    let values =
      metric == .reward || group.plan != nil
      ? rewards.total : group.episodes.map { $0.response.graded.isCorrect ? 1 : 0 }
    return values.count < 2 || values.contains { $0 != values[0] }
  }
}
