/// Progress for a pipe or a log file: one line when a point starts, one about every ten seconds,
/// one when it ends. It uses no colour and no cursor movement.
package final class PlainProgress: RunObserver {
  private let write: (String) -> Void
  private let now: () -> Double
  private let interval: Double
  private var running: [Int: Running] = [:]

  private struct Running {
    let address: String
    let started: Double
    var lastShown: Double
    var meter = RateMeter()
  }

  /// - Parameters:
  ///   - now: seconds, from any origin.
  ///   - write: receives whole lines with their newline.
  package init(
    interval: Double = 10, now: @escaping () -> Double, write: @escaping (String) -> Void
  ) {
    self.interval = interval
    self.now = now
    self.write = write
  }

  package func planned(_ plan: Plan) {
    let count = plan.points.count
    let hits = plan.points.count { if case .hit = $0.state { true } else { false } }
    write("\(count) \(count == 1 ? "point" : "points"), \(hits) in the store\n")
  }

  package func started(_ point: StagePoint, resumingAt step: Int?) {
    let time = now()
    running[point.index] = Running(address: point.address, started: time, lastShown: time)
    write("\(point.address): started" + (step.map { ", resuming at \($0)" } ?? "") + "\n")
  }

  package func progressed(_ point: StagePoint, _ progress: StageProgress) {
    running[point.index]?.meter.add(progress, at: now())
  }

  package func finished(_ point: StagePoint, _ outcome: PointOutcome, seconds: Double) {
    running[point.index] = nil
    // Cache hits are counted in the first line and not listed.
    if outcome == .hit { return }
    write(
      OutcomeLine(address: point.address, outcome: outcome, seconds: seconds).text + "\n")
  }

  package func retrying(
    _ point: StagePoint, after failure: String, retry: Int, of limit: Int
  ) {
    running[point.index] = nil
    write(RetryLine(point.address, failure, retry, limit).text + "\n")
  }

  package func noticed(_ notice: Notice) { write("note: \(notice)\n") }

  package func tick() {
    let time = now()
    for index in running.keys.sorted() {
      guard let stage = running[index], time - stage.lastShown >= interval,
        let mark = RunRecord.ProgressMark(stage.meter)
      else { continue }
      running[index]?.lastShown = time
      let parts =
        ["\(mark.step)/\(mark.total) \(mark.noun)"]
        + StageLine.figures(mark, elapsed: time - stage.started)
      write("\(stage.address): \(parts.joined(separator: ", "))\n")
    }
  }

  package func ended(_ summary: RunSummary) { write(summary.sentence + "\n") }
}
