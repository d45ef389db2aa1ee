import PipelineCore

/// The recipes a stage may name with `preset`. A new one is a file here and a line below.
///
/// A preset writes the algorithm of its paper: estimator, loss, aggregation, clipping, divergence,
/// scaling. Optimiser, sampling and the method's own knob stay with the pipeline.
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
