package import Fields

/// Warnings about valid fields that do not have the effect they seem to have.
extension AlgorithmConfiguration {
  package func warnings(promptsPerStep: Int) -> [FieldIssue] {
    [
      clippingWarning(promptsPerStep), splittingWarning(promptsPerStep), sequenceWarning,
      divergenceWarning,
    ].compactMap { $0 }
  }

  private var usesRatio: Bool { PolicyLosses.named(policyLoss)?.usesRatio ?? false }

  /// Warns about clipping that never happens. Before the first update on a rollout every ratio is
  /// 1, so nothing is clipped.
  private func clippingWarning(_ promptsPerStep: Int) -> FieldIssue? {
    guard usesRatio, numIterations == 1, min(numMiniBatches, promptsPerStep) == 1 else {
      return nil
    }
    return .warning(
      ["num_mini_batches"],
      "'\(policyLoss)' clips nothing: the one update of a rollout starts from the policy that drew it",
      help:
        "set num_mini_batches or num_iterations above 1, or use 'reinforce', which does the same "
        + "without a ratio")
  }

  private func splittingWarning(_ promptsPerStep: Int) -> FieldIssue? {
    guard numMiniBatches > promptsPerStep else { return nil }
    return .warning(
      ["num_mini_batches"],
      "\(promptsPerStep) prompts a step make no more than \(promptsPerStep) mini-batches, and "
        + "num_mini_batches is \(numMiniBatches)",
      help: "mini-batches are of whole prompts; raise train.prompts_per_step, or ask for fewer")
  }

  /// Warns about sequence-level ratios with another weighting. Zheng et al. 2025, GSPO (arXiv
  /// 2507.18071), eq. 5, is a mean over sequences of equal weight.
  private var sequenceWarning: FieldIssue? {
    guard usesRatio, importanceSamplingLevel == .sequence,
      lossAggMode != .sequenceMeanTokenMean
    else { return nil }
    return .warning(
      ["loss_agg_mode"],
      "with importance_sampling_level 'sequence', '\(lossAggMode.rawValue)' weighs a sequence's one "
        + "ratio by its length",
      help: "GSPO's loss is 'seq-mean-token-mean'")
  }

  private var divergenceWarning: FieldIssue? {
    guard klCoef > 0, klPlacement == .loss, klEstimator == .k1 else { return nil }
    return .warning(
      ["kl_estimator"],
      "'k1' in the loss pulls nowhere on average: its gradient is that of log π alone",
      help: "in the loss 'k2' has the divergence's own gradient; 'k1' belongs in the reward")
  }
}
