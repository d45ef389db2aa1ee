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
    usage: "laconic status [<run>] [--list] [--tag <name> ...] [--json] [<options>]",
    discussion: """
      Examples:
        laconic status
        laconic status 20251122-0554
        laconic status --list
        laconic status --tag paper
        laconic status --json
      """)

  @Argument(help: RunName.help())
  var runName = "latest"

  @Flag(help: "List the runs instead, newest first.")
  var list = false

  @Option(
    name: .customLong("tag"),
    help: ArgumentHelp(
      "List the runs with this tag; repeated, with all of them.", valueName: "name"))
  var tags: [String] = []

  @Flag(help: "Print JSON: every figure, with keys and times.")
  var json = false

  @OptionGroup var store: StoreOptions

  package init() {}

  package func validate() throws { try RunName.validate(tags: tags) }

  package func run() throws {
    let store = try store.read()
    guard list || !tags.isEmpty else {
      let (run, now) = (try store.run(runName), Date())
      return Terminal.output.print(
        json
          ? StatusDocument(run, now: now).json.shown
          : Self.text(of: run, now: now, width: Terminal.output.width))
    }
    let runs = try store.runs(limit: 20, tagged: tags)
    guard !runs.isEmpty else {
      // With one tag, as a run of that name is looked up; several may each exist.
      _ = try store.run(tags.first.map { Store.tagPrefix + $0 } ?? "latest")
      throw StageFailure("no run has all of the tags \(tags.joined(separator: ", "))")
    }
    guard !json else { return Terminal.output.print(StatusDocument.list(runs).shown) }
    for run in runs {
      switch run.record {
      case .success(let record):
        Terminal.output.print(
          ([Self.headline(record)] + Self.note(of: record)).joined(separator: "\n"))
      case .failure(let error): Terminal.output.print("\(run.id)  unreadable: \(error.inWords)")
      }
    }
  }

  static func headline(_ run: RunRecord) -> String {
    let tags = run.labels.tags.isEmpty ? "" : "  " + RunName.text(ofTags: run.labels.tags)
    let done = "\(run.doneCount) of \(run.points.count) done"
    return "\(run.id)  \(run.pipeline)  \(run.state.rawValue)  \(done)" + tags
  }

  /// The note on a run, as a line; none if there is none.
  private static func note(of run: RunRecord) -> [String] {
    run.labels.note.map { ["  " + $0.shown.replacing("\n", with: "\n  ")] } ?? []
  }

  /// One line per point: its outcome and duration, or its progress and estimated end.
  package static func text(of run: RunRecord, now: Date, width: Int) -> String {
    let longest = run.points.map(\.address.count).max() ?? 0
    // Progress of running points needs room; if none is running, names may use it.
    let column =
      run.points.contains { run.isAtWork($0) }
      ? StageLine.nameWidth(longest: longest, width: width - 2) : min(longest, width / 2)
    let lines = run.points.map { point in
      if run.isAtWork(point), let started = point.started {
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
    return ([headline(run)] + Self.note(of: run) + [""] + lines + note).joined(separator: "\n")
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
