import Fields
package import PipelineCore
package import Reasoning
import TensorCore

extension TrainConfiguration {
  /// How long the training goes on. With a constant learning rate after warm-up a step does not
  /// depend on how many follow it.
  /// - Parameter others: what else in the stage depends on how much of the training is done.
  package func horizon(obstacles others: [Horizon.Obstacle]) -> Horizon {
    var obstacles = others
    if schedulerType != .constant {
      obstacles.insert(
        Horizon.Obstacle(
          ["train", "lr_scheduler_type"], value: .string(schedulerType.rawValue)), at: 0)
    }
    return Horizon(
      path: ["train", "max_steps"], steps: maxSteps, keepsState: keepState, obstacles: obstacles)
  }
}
