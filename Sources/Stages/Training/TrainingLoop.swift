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
  /// The watch on the rewards of a policy's training; nil for other training.
  package let watch: WatchSetting?
  package let context: any StageContext
  /// The metrics shown during training, with their labels and decimals.
  package let shown: [(metric: String, label: String, digits: Int)]

  package init(
    _ optimization: TrainingState, trainer: PolicyTrainer? = nil, watch: WatchSetting? = nil,
    context: any StageContext,
    shown: [(metric: String, label: String, digits: Int)]
  ) {
    self.optimization = optimization
    self.trainer = trainer
    self.watch = watch
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
    var watch = watch.map { RewardWatch($0) }
    let done = try TrainingCheckpoint.resume(
      optimization, trainer: trainer, log: &log, watch: &watch, context: context)
    for number in done..<maxSteps {
      let metrics = try step(number)
      log.append(metrics)
      for flag in watch?.add(metrics, trainer?.responses ?? []) ?? [] {
        context.tell("step \(flag.step): \(flag.sentence)")
      }
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
          optimization, trainer: trainer, log: log, watch: watch, step: number + 1, to: $0)
      }
    }
    try context.keepState {
      try TrainingCheckpoint.save(
        optimization, trainer: trainer, log: log, watch: watch, step: maxSteps, to: $0)
    }
    if let flags = watch?.flags, !flags.isEmpty { context.keep(log: RewardWatch.lines(of: flags)) }
    try ModelArtifact.write(
      optimization.model, text: text, policy: policy, to: context.output)
    try context.output.write(log.data, to: TrainingLog.file)
  }
}
