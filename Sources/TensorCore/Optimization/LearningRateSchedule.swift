/// How the learning rate moves over a run, as a factor of its peak.
///
/// With s the step (from 0), S the number of steps, W the warm-up and r the least ratio:
///
///     s <  W:   (s + 1) / W
///     s >= W:   r + (1 - r) · decay(p),  p = (s - W) / (S - W)
///     constant: decay = 1 and r = 1
///     linear:   decay = 1 - p
///     cosine:   decay = (1 + cos(π p)) / 2                        (Loshchilov & Hutter 2017, eq. 5)
///
/// The decay begins where the warm-up ends, so that the peak is reached. These are the curves of
/// transformers' `get_scheduler` (`constant`, `constant_with_warmup`, `linear`, `cosine`,
/// `cosine_with_min_lr`) but for one thing: its warm-up counts s / W, which spends the first step at
/// a rate of 0. Ours is its factor at s + 1 while it warms up and its factor at s from then on. A
/// least ratio of `linear` is our own, by the rule of `cosine_with_min_lr`.
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
