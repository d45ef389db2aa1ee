/// The learning rate over a run, as a factor of its peak.
///
/// With s the step (from 0), S the number of steps, W the warm-up and r the minimum ratio:
///
///     s <  W:   (s + 1) / W
///     s >= W:   r + (1 - r) · decay(p),  p = (s - W) / (S - W)
///     constant: decay = 1 and r = 1
///     linear:   decay = 1 - p
///     cosine:   decay = (1 + cos(π p)) / 2                       (Loshchilov & Hutter 2017, eq. 5)
///
/// The decay begins where the warm-up ends, so that the peak is reached. These are the curves of
/// transformers' `get_scheduler` (`constant`, `constant_with_warmup`, `linear`, `cosine`,
/// `cosine_with_min_lr`), with one difference: its warm-up is s / W, which gives the first step a
/// rate of 0. This schedule equals its factor at s + 1 during the warm-up, and its factor at s
/// afterwards. A minimum ratio for `linear` is this project's own, by the rule of
/// `cosine_with_min_lr`.
package struct LearningRateSchedule: Sendable, Hashable {
  package enum Shape: String, Sendable, Hashable, CaseIterable {
    case constant, linear, cosine
  }

  package var shape: Shape
  package var warmupSteps: Int
  package var minimumRatio: Double

  package init(_ shape: Shape, warmupSteps: Int = 0, minimumRatio: Double = 0) {
    self.shape = shape
    self.warmupSteps = warmupSteps
    self.minimumRatio = minimumRatio
  }

  /// The factor for step `step`, counted from 0. Steps past the end keep the last value.
  package func factor(step: Int, of maxSteps: Int) -> Double {
    guard step >= warmupSteps else { return Double(max(step, 0) + 1) / Double(warmupSteps) }
    let decaying = max(maxSteps - warmupSteps, 1)
    let done = Double(min(step - warmupSteps, decaying)) / Double(decaying)
    return switch shape {
    case .constant: 1
    case .linear: minimumRatio + (1 - minimumRatio) * (1 - done)
    case .cosine:
      minimumRatio + (1 - minimumRatio) * (1 + DeterministicMath.cosine(.pi * done)) / 2
    }
  }
}
