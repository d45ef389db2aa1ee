/// Measures the speed of a point over the last half minute. Steps restored from a checkpoint do not
/// count as done here.
struct RateMeter {
  private struct Sample {
    let time: Double
    let step: Int
    let tokens: Int?
  }

  private static let window = 30.0
  private var samples: [Sample] = []
  /// The latest progress; nil before the first step.
  private(set) var progress: StageProgress?

  mutating func add(_ progress: StageProgress, at time: Double) {
    self.progress = progress
    samples.append(Sample(time: time, step: progress.step, tokens: progress.tokens))
    // One sample from before the window stays, so that a slow step still has a rate.
    while samples.count > 2, samples[1].time < time - Self.window { samples.removeFirst() }
  }

  /// Steps per second; nil until two steps were seen.
  var steps: Double? {
    guard let first = samples.first, let last = samples.last, last.time > first.time,
      last.step > first.step
    else { return nil }
    return Double(last.step - first.step) / (last.time - first.time)
  }

  /// Tokens per second.
  var tokens: Double? {
    guard let first = samples.first, let last = samples.last, last.time > first.time,
      let before = first.tokens, let now = last.tokens, now > before
    else { return nil }
    return Double(now - before) / (last.time - first.time)
  }

  /// The estimated seconds until the end at the current rate.
  var remaining: Double? {
    guard let steps, let progress, progress.total > progress.step else { return nil }
    return Double(progress.total - progress.step) / steps
  }
}
