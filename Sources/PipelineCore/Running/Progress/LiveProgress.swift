/// Progress for a terminal: one line for each running point, redrawn in place below the lines of
/// the points that have ended.
package final class LiveProgress: RunObserver {
  private let width: () -> Int
  private let now: () -> Double
  private let write: (String) -> Void
  private let usesColour: Bool
  private var running: [Int: Running] = [:]
  /// The number of display lines above the cursor.
  private var drawnLines = 0
  private var drawnAt = -Double.infinity
  private var pointCount = 0
  /// The points that have ended; a set, because a point whose artifact turned out damaged ends
  /// twice.
  private var ended: Set<Int> = []

  private struct Running {
    let address: String
    let started: Double
    var meter = RateMeter()
  }

  /// The display is redrawn at most ten times a second.
  static let redrawInterval = 0.1

  /// - Parameters:
  ///   - width: the terminal's columns now; the user may resize it.
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
    // Cache hits are counted in the last line.
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

  /// Writes a permanent line above the display; the terminal wraps it if it is long.
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
    // A line that wraps takes two rows, of which the next redraw would erase only one.
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
    // One write, so that a terminal never shows a half-drawn display.
    write(erasure + lines.joined(separator: "\n") + "\n")
  }

  /// The control sequence that moves the cursor to the display's first line and clears everything
  /// below.
  private func erasure() -> String {
    drawnLines == 0 ? "" : "\u{1B}[\(drawnLines)A\r\u{1B}[J"
  }
}
