import Fields
import ModelCore
package import PipelineCore
package import Reasoning

/// Runs the steps of a stage that trains: shows, logs and saves them, and writes the final model
/// and log.
package struct TrainingLoop {
  package let optimization: TrainingState
  /// The trainer of a policy, whose memory is saved with the weights; nil for other training.
  package let trainer: PolicyTrainer?
  package let context: any StageContext
  /// The metrics shown during training, with their labels and decimals.
  package let shown: [(metric: String, label: String, digits: Int)]

  package init(
    _ optimization: TrainingState, trainer: PolicyTrainer? = nil, context: any StageContext,
    shown: [(metric: String, label: String, digits: Int)]
  ) {
    self.optimization = optimization
    self.trainer = trainer
    self.context = context
    self.shown = shown
  }

  /// Resumes from a checkpoint, runs the remaining steps, and writes model and log.
  /// - Parameter step: makes one update; steps are counted from 0.
  package func run(_ step: (Int) throws -> StepMetrics) throws {
    let maxSteps = optimization.configuration.maxSteps
    // Read first: a mistake in the policy's files must not cost the training.
    let policy = context.optionalInput(RoleName.policy)
    let text = try CheckpointText(trainedFrom: policy, in: optimization.format)
    var log = TrainingLog()
    let done = try TrainingCheckpoint.resume(
      optimization, trainer: trainer, log: &log, context: context)
    for number in done..<maxSteps {
      let metrics = try step(number)
      log.append(metrics)
      context.show(log: log.data)
      try context.endStep(
        StageProgress(
          step: number + 1, total: maxSteps,
          metrics: shown.map {
            ($0.label, NumberFormat.fixed(metrics[$0.metric] ?? .nan, digits: $0.digits))
          },
          tokens: log.tokenCount)
      ) {
        try TrainingCheckpoint.save(
          optimization, trainer: trainer, log: log, step: number + 1, to: $0)
      }
    }
    try context.keepState {
      try TrainingCheckpoint.save(
        optimization, trainer: trainer, log: log, step: maxSteps, to: $0)
    }
    try ModelArtifact.write(
      optimization.model, text: text, policy: policy, to: context.output)
    try context.output.write(log.data, to: TrainingLog.file)
  }
}
