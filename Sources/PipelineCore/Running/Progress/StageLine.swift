import Fields

/// The line that shows a running point, cut to a width: address, progress, rate, time left and the
/// most important metric.
package struct StageLine {
  private let address: String
  private let mark: RunRecord.ProgressMark?
  /// Seconds since the point started.
  private let elapsed: Double

  /// - Parameters:
  ///   - mark: nil before the first step.
  ///   - elapsed: seconds since the point started.
  package init(address: String, mark: RunRecord.ProgressMark?, elapsed: Double) {
    self.address = address
    self.mark = mark
    self.elapsed = elapsed
  }

  /// The line as text:
  /// ```
  /// rl[alpha=0.1]  ██░░░░   34/80  1.21/s  38s left  reward 0.412  3.41k tok/s  length 61.3
  /// ```
  /// Parts that do not fit are left out from the right.
  package func text(nameWidth: Int, width: Int) -> String {
    var line = address.truncatedInMiddle(to: nameWidth).padded(to: nameWidth)
    guard let mark else {
      return append(&line, [NumberFormat.duration(seconds: elapsed)], width)
    }
    if let cells = Self.barWidth(width) { line += "  " + bar(mark, cells) }
    return append(&line, [count(mark)] + Self.figures(mark, elapsed: elapsed), width)
  }

  /// The rate, the time left and the first metric, then the less important figures.
  static func figures(_ mark: RunRecord.ProgressMark, elapsed: Double) -> [String] {
    var parts: [String] = []
    if let steps = mark.stepsPerSecond { parts.append(NumberFormat.rate(steps) + "/s") }
    if let left = mark.secondsLeft {
      parts.append(NumberFormat.duration(seconds: left) + " left")
    } else {
      parts.append(NumberFormat.duration(seconds: elapsed))
    }
    var metrics = mark.figures
    if let first = metrics.first { parts.append(first) }
    if !metrics.isEmpty { metrics.removeFirst() }
    if let tokens = mark.tokensPerSecond { parts.append(NumberFormat.rate(tokens) + " tok/s") }
    return parts + metrics
  }

  /// The columns for the points' names, given the length of the longest one.
  package static func nameWidth(longest: Int, width: Int) -> Int {
    min(longest, 28, width * 2 / 7)
  }

  /// The number of cells of the progress bar; nil if the figures need the room.
  private static func barWidth(_ width: Int) -> Int? { width >= 100 ? 12 : width >= 60 ? 6 : nil }

  /// Appends the parts in order and stops at the first that does not fit.
  private func append(_ line: inout String, _ parts: [String], _ width: Int) -> String {
    for part in parts {
      guard line.count + 2 + part.count <= width else { break }
      line += "  " + part
    }
    return line.count <= width ? line : String(line.prefix(width))
  }

  private func count(_ mark: RunRecord.ProgressMark) -> String {
    let total = String(mark.total)
    let step = String(mark.step)
    let padding = String(repeating: " ", count: max(0, total.count - step.count))
    return padding + step + "/" + total
  }

  private func bar(_ mark: RunRecord.ProgressMark, _ cells: Int) -> String {
    let share = mark.total > 0 ? Double(mark.step) / Double(mark.total) : 0
    // Rounded down: a full bar means done.
    let full = Int((min(1, max(0, share)) * Double(cells)).rounded(.down))
    return String(repeating: "█", count: full) + String(repeating: "░", count: cells - full)
  }
}
