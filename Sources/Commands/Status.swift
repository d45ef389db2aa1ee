package import ArgumentParser
package import Foundation
package import PipelineCore
import Reporting

/// How a run stands, from any terminal.
package struct Status: ParsableCommand {
  package static let configuration = CommandConfiguration(
    abstract: "Show how a run stands, from any terminal; or list the runs.",
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
    let store = store.read()
    do {
      if list {
        let runs = try store.runs(limit: 20)
        guard !runs.isEmpty else { throw RunLookupError.none("latest") }
        for run in runs {
          switch run.record {
          case .success(let record): Terminal.output.print(Self.headline(record))
          case .failure(let error): Terminal.output.print("\(run.id)  unreadable: \(error)")
          }
        }
      } else {
        Terminal.output.print(
          Self.text(of: try store.run(runName), now: Date(), width: Terminal.output.width))
      }
    } catch {
      Terminal.error.print("laconic: \(error)")
      throw ExitCode.runFailed
    }
  }

  static func headline(_ run: RunRecord) -> String {
    let done = run.points.count { $0.outcome?.isSuccess == true }
    return "\(run.id)  \(run.pipeline)  \(run.state.rawValue)  \(done) of \(run.points.count) done"
  }

  /// One line a point: what became of it, how long it took, or how far it is.
  package static func text(of run: RunRecord, now: Date, width: Int) -> String {
    let column = min(run.points.map(\.address.count).max() ?? 0, width / 2)
    let lines = run.points.map { point in
      let padding = String(repeating: " ", count: max(0, column - point.address.count))
      let line = "  \(point.address)\(padding)  \(state(of: point, in: run, now: now))"
      return fitted(line, to: width)
    }
    return ([headline(run), ""] + lines).joined(separator: "\n")
  }

  private static func state(of point: RunRecord.Point, in run: RunRecord, now: Date) -> String {
    guard let outcome = point.outcome else {
      guard let started = point.started else {
        return point.waitsFor.map { "waits for \($0)" } ?? "waits"
      }
      guard run.state == .running else { return "unfinished" }
      var text = "running for " + NumberFormat.duration(seconds: now.timeIntervalSince(started))
      if let progress = point.progress {
        text += "  \(progress.step)/\(progress.total) \(progress.noun)"
        for index in stride(from: 0, to: progress.metrics.count - 1, by: 2) {
          text += "  \(progress.metrics[index]) \(progress.metrics[index + 1])"
        }
      }
      return text
    }
    let seconds = point.seconds.map { "  " + NumberFormat.duration(seconds: $0) } ?? ""
    switch outcome {
    case .hit: return "hit"
    case .ran, .partial: return outcome.name + seconds
    case .resumed(let step): return "resumed from step \(step)" + seconds
    case .stopped(let step): return "stopped" + (step.map { " at step \($0)" } ?? "")
    case .failed(let sentence): return "failed: " + sentence
    case .skipped(let upstream): return "skipped, since \(upstream) failed"
    case .notStarted: return "not started"
    }
  }
}
