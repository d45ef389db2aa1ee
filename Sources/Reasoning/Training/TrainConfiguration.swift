package import Fields
package import ModelCore
package import TensorCore

extension Recomputation: FieldChoice {
  package var meaning: String {
    switch self {
    case .none: "keep all activations for the backward pass"
    case .blocks: "keep the inputs of each part of a block, and recompute the rest"
    }
  }
}

extension LearningRateSchedule.Shape: FieldChoice {
  package var meaning: String {
    switch self {
    case .constant: "stay at the peak after warm-up"
    case .linear: "fall on a line from the end of warm-up to min_lr_ratio of the peak"
    case .cosine: "fall on half a cosine from the end of warm-up to min_lr_ratio of the peak"
    }
  }
}

/// The optimiser and its learning rate schedule, shared by every stage that trains.
package struct TrainConfiguration: FieldGroup {
  package var learningRate = 1e-3
  package var schedulerType = LearningRateSchedule.Shape.constant
  package var warmupSteps = 0
  package var minLearningRateRatio = 0.0
  package var maxSteps = 1
  package var promptsPerStep = 16
  package var weightDecay = 0.0
  package var beta1 = 0.9
  package var beta2 = 0.95
  package var epsilon = 1e-8
  package var maxGradientNorm = 1.0
  package var microBatchSize = 64
  package var recompute = Recomputation.none
  package var keepState = true

  package init() {}

  package static let meaning = "Optimiser, schedule and batch"

  package static var fields: [Field<TrainConfiguration>] {
    [
      .float(
        "learning_rate", \.learningRate, FloatRange(0, 10),
        "Peak learning rate of AdamW, reached where the warm-up ends; 0 moves nothing", .semantic,
        required: true),
      .int(
        "max_steps", \.maxSteps, 1...10_000_000, unit: .steps, "Steps to train", .semantic,
        required: true),
      .int(
        "prompts_per_step", \.promptsPerStep, 1...65_536, unit: .prompts,
        "Prompts (in sft: examples) per step", .semantic, required: true),
      .choice(
        "lr_scheduler_type", \.schedulerType, "Shape of the learning rate after warm-up",
        .semantic),
      .int(
        "warmup_steps", \.warmupSteps, 0...10_000_000, unit: .steps,
        "Steps of linear warm-up, the first at 1/warmup_steps of the peak", .semantic),
      .float(
        "min_lr_ratio", \.minLearningRateRatio, .unit,
        "Final learning rate, as a share of the peak", .semantic),
      .float(
        "weight_decay", \.weightDecay, FloatRange(0, 1), "Decoupled weight decay", .semantic),
      .float(
        "adam_beta1", \.beta1, FloatRange(0, 1, excludesUpper: true),
        "Decay of the first moment", .semantic),
      .float(
        "adam_beta2", \.beta2, FloatRange(0, 1, excludesUpper: true),
        "Decay of the second moment", .semantic),
      .float(
        "adam_epsilon", \.epsilon, FloatRange(1e-30, 1),
        "Term that keeps AdamW's division finite", .semantic),
      .float(
        "max_grad_norm", \.maxGradientNorm, .positive,
        "Gradients with a larger global norm are scaled down to it", .semantic),
      .int(
        "micro_batch_size", \.microBatchSize, 1...65_536, unit: .sequences,
        "Most sequences per forward and backward pass; exact and bf16 may take fewer",
        .semanticUnlessExact),
      .choice(
        "recompute", \.recompute,
        "Activations that the backward pass recomputes to save memory; changes no bit in exact",
        .semanticUnlessExact),
      .bool(
        "keep_state", \.keepState,
        "Keep weights and moments at the end, to extend training later; three times the model's "
          + "size on disk", .operational),
    ]
  }

  package func issues() -> [FieldIssue] {
    guard warmupSteps > maxSteps else { return [] }
    return [
      FieldIssue(
        ["warmup_steps"], "warm-up of \(warmupSteps) steps is longer than the run of \(maxSteps)",
        help: "warmup_steps must not exceed max_steps")
    ]
  }

  /// The learning rate of one step, counted from 0.
  package func learningRate(at step: Int) -> Double {
    let schedule = LearningRateSchedule(
      schedulerType, warmupSteps: warmupSteps, minimumRatio: minLearningRateRatio)
    return learningRate * schedule.factor(step: step, of: maxSteps)
  }
}
