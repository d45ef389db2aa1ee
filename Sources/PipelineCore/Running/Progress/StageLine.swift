/// The one line that shows a point at work, cut to a width.
struct StageLine {
  let address: String
  let progress: StageProgress?
  let meter: RateMeter
  /// Seconds at work.
  let elapsed: Double

  private static let barWidth = 12

  /// ```
  /// rl[alpha=0.1]     █████░░░░░░░   34/80  1.21/s  3.41k tok/s  38s left  loss 0.412
  /// ```
  /// What does not fit is left out from the right, metrics first; the bar goes below 60 columns.
  func text(nameWidth: Int, width: Int) -> String {
    var line = ProgressText.fitted(address, nameWidth)
    guard let progress else {
      return append(&line, [ProgressText.duration(elapsed)], width)
    }
    if width >= 60 { line += "  " + bar(progress) }
    var parts = [count(progress)]
    if let steps = meter.steps { parts.append(ProgressText.rate(steps) + "/s") }
    if let tokens = meter.tokens { parts.append(ProgressText.rate(tokens) + " tok/s") }
    if let remaining = meter.remaining(progress) {
      parts.append(ProgressText.duration(remaining) + " left")
    } else {
      parts.append(ProgressText.duration(elapsed))
    }
    parts += progress.metrics.map { "\($0.name) \($0.value)" }
    return append(&line, parts, width)
  }

  /// The parts that fit, in order; the first that does not ends the line.
  private func append(_ line: inout String, _ parts: [String], _ width: Int) -> String {
    for part in parts {
      guard line.count + 2 + part.count <= width else { break }
      line += "  " + part
    }
    return line.count <= width ? line : String(line.prefix(width))
  }

  private func count(_ progress: StageProgress) -> String {
    let total = String(progress.total)
    let step = String(progress.step)
    let padding = String(repeating: " ", count: max(0, total.count - step.count))
    return padding + step + "/" + total
  }

  private func bar(_ progress: StageProgress) -> String {
    let share = progress.total > 0 ? Double(progress.step) / Double(progress.total) : 0
    // Rounded down: a full bar means done.
    let full = Int((min(1, max(0, share)) * Double(Self.barWidth)).rounded(.down))
    return String(repeating: "█", count: full)
      + String(repeating: "░", count: Self.barWidth - full)
  }
}
