import Algorithms
package import ArgumentParser
import Fields
package import Foundation
package import PipelineCore
import Stages

/// Shows the state of a run, from any terminal.
package struct Status: ParsableCommand {
  package static let configuration = CommandConfiguration(
    abstract: "Show the state of a run, from any terminal; or list the runs.",
    discussion: """
      Examples:
        laconic status
        laconic status 20251122-0554
        laconic status --list
      """)

  @Argument(
    help: ArgumentHelp("A run: 'latest', or the beginning of an id.", valueName: "run"))
  var runName = "latest"

  @Flag(help: "List the runs instead, newest first.")
  var list = false

  @OptionGroup var store: StoreOptions

  package init() {}

  package func run() throws {
    let store = try store.read()
    guard list else {
      Terminal.output.print(
        Self.text(of: try store.run(runName), now: Date(), width: Terminal.output.width))
      return
    }
    let runs = try store.runs(limit: 20)
    guard !runs.isEmpty else { throw RunLookupError.none("latest") }
    for run in runs {
      switch run.record {
      case .success(let record): Terminal.output.print(Self.headline(record))
      case .failure(let error): Terminal.output.print("\(run.id)  unreadable: \(error.inWords)")
      }
    }
  }

  static func headline(_ run: RunRecord) -> String {
    let done = run.points.count { $0.outcome?.isSuccess == true }
    return "\(run.id)  \(run.pipeline)  \(run.state.rawValue)  \(done) of \(run.points.count) done"
  }

  /// One line per point: its outcome and duration, or its progress and estimated end.
  package static func text(of run: RunRecord, now: Date, width: Int) -> String {
    let longest = run.points.map(\.address.count).max() ?? 0
    // Progress of running points needs room; if none is running, names may use it.
    let column =
      run.points.contains { isAtWork($0, in: run) }
      ? StageLine.nameWidth(longest: longest, width: width - 2) : min(longest, width / 2)
    let lines = run.points.map { point in
      if isAtWork(point, in: run), let started = point.started {
        let line = StageLine(
          address: point.address, mark: point.progress, elapsed: now.timeIntervalSince(started))
        let retry = point.retries > 0 ? "  retry \(point.retries)" : ""
        return "  " + line.text(nameWidth: column, width: width - 2 - retry.count) + retry
      }
      let name =
        point.address.count > column && column < longest
        ? point.address.truncatedInMiddle(to: column) : point.address
      let padding = String(repeating: " ", count: max(0, column - name.count))
      let mark = point.runsProgram ? "  (a program's)" : ""
      let line = "  \(name)\(padding)  \(state(of: point, in: run))"
      return line.truncated(to: width - mark.count) + mark
    }
    let programs = run.points.filter { $0.runsProgram && $0.outcome?.isSuccess == true }
      .map(\.stage).uniqued(on: \.self)
    let note = ProgramNote.text(programs, most: 8).map { ["", $0] } ?? []
    return ([headline(run), ""] + lines + note).joined(separator: "\n")
  }

  private static func isAtWork(_ point: RunRecord.Point, in run: RunRecord) -> Bool {
    run.state == .running && point.outcome == nil && point.started != nil && point.waitsFor == nil
  }

  private static func state(of point: RunRecord.Point, in run: RunRecord) -> String {
    guard let outcome = point.outcome else {
      if let holder = point.waitsFor { return "waiting for \(holder)" }
      if point.started != nil { return "unfinished" }
      return point.retries > 0 ? "waiting for retry \(point.retries)" : "waiting"
    }
    let seconds = point.seconds.map { "  " + NumberFormat.duration(seconds: $0) } ?? ""
    switch outcome {
    case .hit: return "hit"
    case .ran, .partial: return outcome.name + seconds
    case .resumed(let step): return "resumed from step \(step)" + seconds
    case .stopped(let step): return "stopped" + (step.map { " at step \($0)" } ?? "")
    case .failed(let sentence): return "failed: " + sentence.shown
    case .skipped(let upstream): return "skipped, since \(upstream) failed"
    case .notStarted: return "not started"
    }
  }
}
