import Fields

/// The rules of `policy_loss` in combination with other fields: without a ratio nothing corrects
/// for an older policy, and with one that is always 1 nothing is clipped.
extension PolicyLoss {
  static func issues(in algorithm: AlgorithmConfiguration) -> [FieldIssue] {
    guard !usesRatio else { return [] }
    let others = PolicyLosses.all.filter { $0.usesRatio }.map { "'\($0.name)'" }
    var issues: [FieldIssue] = []
    if algorithm.numIterations > 1 {
      issues.append(
        FieldIssue(
          ["num_iterations"], "policy_loss '\(name)' can use a rollout only once",
          help: "set num_iterations to 1"
            + (others.first.map { ", or use \($0), which corrects for the ratio" } ?? "")))
    }
    if algorithm.importanceSamplingLevel != .token {
      issues.append(
        FieldIssue(
          ["importance_sampling_level"],
          "importance_sampling_level has no effect with policy_loss '\(name)'",
          help: "it has no ratio; use " + others.joined(separator: " or ")))
    }
    return issues
  }

  static func warnings(in algorithm: AlgorithmConfiguration, promptsPerStep: Int) -> [FieldIssue] {
    guard usesRatio else { return [] }
    return [clippingWarning(algorithm, promptsPerStep), sequenceWarning(algorithm)]
      .compactMap { $0 }
  }

  /// Warns about clipping that never happens. Before the first update on a rollout every ratio is
  /// 1, so nothing is clipped.
  private static func clippingWarning(
    _ algorithm: AlgorithmConfiguration, _ promptsPerStep: Int
  ) -> FieldIssue? {
    guard algorithm.numIterations == 1, min(algorithm.numMiniBatches, promptsPerStep) == 1 else {
      return nil
    }
    let plain = PolicyLosses.all.first { !$0.usesRatio }
    return .warning(
      ["num_mini_batches"],
      "'\(name)' never clips: the only update of a rollout starts from the policy that sampled it",
      help:
        "set num_mini_batches or num_iterations above 1"
        + (plain.map { ", or use '\($0.name)', which does the same without a ratio" } ?? ""))
  }

  /// Warns about sequence-level ratios with another weighting. Zheng et al. 2025, GSPO (arXiv
  /// 2507.18071), eq. 5, is a mean over sequences of equal weight.
  private static func sequenceWarning(_ algorithm: AlgorithmConfiguration) -> FieldIssue? {
    guard algorithm.importanceSamplingLevel == .sequence,
      algorithm.aggregation.mode != .sequenceMeanTokenMean
    else { return nil }
    return .warning(
      ["loss_agg_mode"],
      "with importance_sampling_level 'sequence', '\(algorithm.aggregation.mode.rawValue)' weighs "
        + "a sequence's one ratio by its length",
      help: "GSPO's loss is 'seq-mean-token-mean'")
  }
}
