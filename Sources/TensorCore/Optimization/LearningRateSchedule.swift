/// How the learning rate moves over a run, as a factor of its peak.
///
/// With s the step (from 0), S the number of steps, W the warm-up and r the least ratio:
///
///     factor = min(1, (s + 1) / W) · decay        (no warm-up when W = 0)
///     constant: decay = 1
///     linear:   decay = r + (1 - r) · (1 - s / S)
///     cosine:   decay = r + (1 - r) · (1 + cos(π s / S)) / 2      (Loshchilov & Hutter 2017, eq. 5)
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
    let done = Double(min(max(step, 0), maxSteps)) / Double(max(maxSteps, 1))
    let warmup = warmupSteps > 0 ? min(1, Double(step + 1) / Double(warmupSteps)) : 1
    return switch shape {
    case .constant: warmup
    case .linear: warmup * (minimumRatio + (1 - minimumRatio) * (1 - done))
    case .cosine:
      warmup
        * (minimumRatio + (1 - minimumRatio) * (1 + DeterministicMath.cosine(.pi * done)) / 2)
    }
  }
}
