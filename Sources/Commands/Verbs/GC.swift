package import ArgumentParser
import Fields
import Foundation
package import PipelineCore
import Reporting

/// Removes from the store what no run needs.
package struct GC: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "gc",
    abstract: "Remove results that no run needs, and incomplete files.",
    usage: "laconic gc [--max-size <size>] [--keep-runs <count>] [<options>]",
    discussion: """
      Everything that pinned runs, the newest runs, active runs and their unfinished \
      stages use is kept. The rest is removed; with --max-size only the least recently \
      used, until the store fits. Other runs may be active meanwhile. Removed results \
      are computed again when a run needs them.

      Examples:
        laconic gc --keep-runs 5
        laconic gc --max-size 10G --keep-runs 5 --dry-run
      """)

  @Option(
    help: ArgumentHelp("The most that the store may hold: 512M, 10G, 2GiB.", valueName: "size"),
    transform: { text in
      guard let size = ByteSize(text) else {
        throw ValidationError("'\(text)' is not \(Quantity.size.text)")
      }
      return size.bytes
    })
  var maxSize: Int?

  @Option(
    help: ArgumentHelp(
      "Keep what this many of the newest runs use. Without it all runs are kept, or with "
        + "--max-size the newest.", valueName: "count"))
  var keepRuns: Int?

  @Flag(help: "Show what would be removed, and remove nothing.")
  var dryRun = false

  @OptionGroup var store: StoreOptions

  package init() {}

  package func validate() throws {
    if let keepRuns, keepRuns < 0 { throw ValidationError("--keep-runs must not be negative") }
  }

  package func run() throws {
    let limits = GarbageLimits(maxSize: maxSize, keptRuns: keepRuns)
    let place = try store.location(forPipeline: nil)
    // A store that is not there is empty, and stays so.
    let report =
      dryRun || !Store.isThere(place)
      ? try Store(readOnly: place).garbage(limits) : try Store(root: place).collect(limits)
    Terminal.output.print(Self.text(of: report, limits: limits, isDryRun: dryRun))
  }

  package static func text(
    of report: GarbageReport, limits: GarbageLimits, isDryRun: Bool
  ) -> String {
    let gone = listed([
      (report.results, "result"), (report.checkpoints, "checkpoint"),
      (report.states, "training state"), (report.segments, "cell segment"), (report.runs, "run"),
      (report.files, "file"),
    ])
    let verb = isDryRun ? "would remove" : "removed"
    var lines = [
      gone.isEmpty
        ? "nothing to remove"
        : "\(verb) \(gone.joined(separator: ", ")): \(NumberFormat.bytes(report.freed))"
    ]
    let kept = listed([(report.keptResults, "result"), (report.keptRuns, "run")])
    lines.append(
      "\(isDryRun ? "would keep" : "kept") "
        + (kept.isEmpty ? "nothing" : kept.joined(separator: ", "))
        + ": \(NumberFormat.bytes(report.left))")
    if let maxSize = limits.maxSize, report.left > maxSize {
      lines.append(
        "that is more than \(NumberFormat.bytes(maxSize)): the runs that are kept need it")
    }
    return lines.joined(separator: "\n")
  }

  /// The counts that are not zero, with their nouns.
  private static func listed(_ counts: [(count: Int, noun: String)]) -> [String] {
    counts.filter { $0.count > 0 }.map { counted($0.count, $0.noun) }
  }
}
