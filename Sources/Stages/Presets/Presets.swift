import PipelineCore

/// The recipes that a stage may name with `preset`. A new one is one file here and one line below.
///
/// A preset sets the algorithm of its paper: estimator, loss, aggregation, clipping, KL term,
/// scaling. Optimizer, sampling and the method's own parameter stay with the pipeline.
enum Presets {
  static let reinforcement: [Preset] = [
    .grpo,
    .drGRPO,
    .rloo,
    .dapo,
    .l1Exact,
    .l1Max,
    .efficientReasoning,
    .selfBudgeter,
    .anytimeReasoner,
  ]
}
