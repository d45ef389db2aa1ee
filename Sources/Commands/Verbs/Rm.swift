package import ArgumentParser
import Fields
import Foundation
import PipelineCore
import Reporting

/// Removes the results of a stage, so that the next run computes them anew.
package struct Rm: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "rm",
    abstract: "Remove a stage's results, so that the next run computes them anew.",
    usage: "laconic rm <run> <stage> [--dry-run] [--cells] [--force] [<options>]",
    discussion: """
      STAGE is a stage's name, or one point of it as the run printed it. Its results, \
      the training states they ended in, and checkpoints of unfinished work go. What was \
      made from them stays, and is reused if they come out the same. The space is freed \
      by 'laconic gc', once no run names the files.

      What a process is at work on is refused, and so is what a pinned run or a running \
      one uses, unless --force is given.

      Examples:
        laconic rm latest rl --dry-run
        laconic rm latest 'rl[alpha=0.1]'
        laconic rm latest eval --cells
      """)

  @Argument(help: ArgumentHelp("A run: 'latest', or the beginning of an id.", valueName: "run"))
  var runName: String

  @Argument(help: "The stage, or one point of it: 'rl[alpha=0.1]'.")
  var stage: String

  @Flag(help: "Show what would be removed, and remove nothing.")
  var dryRun = false

  @Flag(help: "Remove also the stored answers (cells) that were made from the same inputs.")
  var cells = false

  @Flag(help: "Remove also what pinned and running runs use.")
  var force = false

  @OptionGroup var store: StoreOptions

  package init() {}

  package func run() throws {
    let readable = try store.read()
    // Before the store is opened for writing, which would make one where there is none.
    let run = try readable.run(runName)
    let points = try run.points(named: stage)
    let removal =
      dryRun
      ? try readable.removal(of: points, in: run, isForced: force)
      : try store.open().remove(points, of: run, withCells: cells, isForced: force)
    Terminal.output.print(
      Self.text(
        of: removal, named: stage, withCells: cells, isDryRun: dryRun,
        width: Terminal.output.width))
  }

  private static func text(
    of removal: Removal, named stage: String, withCells: Bool, isDryRun: Bool, width: Int
  ) -> String {
    func wrapped(_ sentence: String) -> [String] {
      WordWrap.lines(of: sentence, width: width, hanging: 2)
    }
    let removed = removal.points.filter { !$0.isEmpty }
    guard !removed.isEmpty else {
      return wrapped("nothing to remove: the store has no result of \(stage.quoted) of this run")
        .joined(separator: "\n")
    }
    let verb = isDryRun ? "would remove" : "removed"
    var lines = removed.flatMap { point in
      let parts =
        (point.hasResult ? ["its result"] : [])
        + (point.states > 0 ? [counted(point.states, "training state")] : [])
        + (point.hasCheckpoints ? ["the checkpoints of unfinished work"] : [])
      return wrapped("\(verb) \(point.address): \(parts.joined(separator: ", "))")
    }
    let cells = counted(removal.segments, "segment") + " of cells"
    if removal.segments > 0 {
      lines += wrapped(
        withCells
          ? "\(verb) \(cells) made from the same inputs"
          : "\(cells) made from the same inputs stay: a run takes the answers in them, unless "
            + "--cells removes them too")
    }
    if let sentence = dependents(of: removal) { lines += wrapped(sentence) }
    return lines.joined(separator: "\n")
  }

  /// A sentence on what was made from the removed results; nil if nothing was.
  private static func dependents(of removal: Removal) -> String? {
    let most = 6
    var names = removal.dependents.prefix(most).joined(separator: ", ")
    if removal.dependents.count > most { names += " and \(removal.dependents.count - most) more" }
    let others =
      removal.otherDependents > 0
      ? counted(removal.otherDependents, "result") + " of other runs" : ""
    let all = [names, others].filter { !$0.isEmpty }
    guard !all.isEmpty else { return nil }
    return "still there, made from what was removed: \(all.joined(separator: ", and "))"
  }
}
