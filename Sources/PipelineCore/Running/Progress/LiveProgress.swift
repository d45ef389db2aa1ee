/// Progress for a terminal: a line for each point at work, redrawn in place, below the lines of
/// those that have ended.
package final class LiveProgress: RunObserver {
  private let width: () -> Int
  private let now: () -> Double
  private let write: (String) -> Void
  private let usesColour: Bool
  private var running: [Int: Running] = [:]
  /// Lines of the display that the cursor stands below.
  private var drawnLines = 0
  private var drawnAt = -Double.infinity
  private var pointCount = 0
  /// A point whose artifact turned out damaged ends twice.
  private var ended: Set<Int> = []

  private struct Running {
    let address: String
    let started: Double
    var meter = RateMeter()
  }

  /// At most ten times a second.
  static let redrawInterval = 0.1

  /// - Parameters:
  ///   - width: the terminal's columns now; it may be resized meanwhile.
  ///   - now: seconds, from any origin.
  ///   - write: receives text with control sequences.
  package init(
    width: @escaping () -> Int, usesColour: Bool, now: @escaping () -> Double,
    write: @escaping (String) -> Void
  ) {
    self.width = width
    self.usesColour = usesColour
    self.now = now
    self.write = write
  }

  package func planned(_ plan: Plan) { pointCount = plan.points.count }

  package func started(_ point: StagePoint, resumingAt step: Int?) {
    running[point.index] = Running(address: point.address, started: now())
    if let step { keep("> \(point.address): resuming at \(step)", colour: nil) }
    redraw()
  }

  package func progressed(_ point: StagePoint, _ progress: StageProgress) {
    running[point.index]?.meter.add(progress, at: now())
  }

  package func finished(_ point: StagePoint, _ outcome: PointOutcome, seconds: Double) {
    ended.insert(point.index)
    running[point.index] = nil
    // Hits are summed up at the end.
    if outcome == .hit { return }
    let line = OutcomeLine(address: point.address, outcome: outcome, seconds: seconds)
    keep("\(line.mark.symbol) \(line.text)", colour: line.mark.colour)
  }

  package func retrying(
    _ point: StagePoint, after failure: String, retry: Int, of limit: Int
  ) {
    running[point.index] = nil
    keep("! " + RetryLine(point.address, failure, retry, limit).text, colour: 33)
  }

  package func noticed(_ notice: Notice) { keep("! \(notice)", colour: 33) }

  package func tick() {
    if now() - drawnAt >= Self.redrawInterval { redraw() }
  }

  package func ended(_ summary: RunSummary) {
    write(erasure() + summary.sentence + "\n")
    drawnLines = 0
  }

  /// Writes a line that stays, above the display; long ones wrap as the terminal likes.
  private func keep(_ line: String, colour: Int?) {
    let text =
      usesColour ? colour.map { "\u{1B}[\($0)m\(line)\u{1B}[0m" } ?? line : line
    write(erasure() + text + "\n")
    drawnLines = 0
    draw()
  }

  private func redraw() {
    drawnAt = now()
    let erasure = erasure()
    drawnLines = 0
    draw(after: erasure)
  }

  private func draw(after erasure: String = "") {
    // A line that wraps would be two, of which the next drawing erases one.
    let columns = max(2, width()) - 1
    let time = now()
    let stages = running.sorted { $0.key < $1.key }.map(\.value)
    guard !stages.isEmpty else {
      if !erasure.isEmpty { write(erasure) }
      return
    }
    let longest = stages.map(\.address.count).max() ?? 0
    let nameWidth = StageLine.nameWidth(longest: longest, width: columns)
    var lines = stages.map { stage in
      StageLine(
        address: stage.address, mark: RunRecord.ProgressMark(stage.meter),
        elapsed: time - stage.started
      ).text(nameWidth: nameWidth, width: columns)
    }
    if pointCount > 1 {
      lines.append(String("\(ended.count)/\(pointCount) points".prefix(columns)))
    }
    drawnLines = lines.count
    // In one write, so that a terminal shows no half-drawn state.
    write(erasure + lines.joined(separator: "\n") + "\n")
  }

  /// Cursor to the display's first line, and everything below cleared.
  private func erasure() -> String {
    drawnLines == 0 ? "" : "\u{1B}[\(drawnLines)A\r\u{1B}[J"
  }
}
