import Fields
package import PipelineCore
package import Reasoning
import TensorCore

extension TrainConfiguration {
  /// The length of the training. With a constant learning rate after warm-up, a step does not
  /// depend on the number of steps after it.
  /// - Parameter others: other fields of the stage that depend on the fraction of training
  ///   completed.
  package func trainingLength(obstacles others: [TrainingLength.Dependence]) -> TrainingLength {
    var obstacles = others
    if schedulerType != .constant {
      obstacles.insert(
        TrainingLength.Dependence(
          ["train", "lr_scheduler_type"], value: .string(schedulerType.rawValue)), at: 0)
    }
    return TrainingLength(
      path: ["train", "max_steps"], steps: maxSteps, keepsState: keepState, obstacles: obstacles)
  }
}
