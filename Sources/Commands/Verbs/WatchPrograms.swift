package import ArgumentParser
import Foundation
import PipelineCore

/// Ends the programs of a run when the run is gone. `run` and `verify` start it when a pipeline has
/// programs of its own; it is not meant for users.
package struct WatchPrograms: ParsableCommand {
  package static let configuration = CommandConfiguration(
    abstract: "End the programs of a run when the run is gone.", shouldDisplay: false)

  @Option(help: ArgumentHelp("The process of the run.", valueName: "id"))
  var process: Int32 = 0

  @OptionGroup var store: StoreOptions

  package init() {}

  package func run() throws {
    // It sweeps: not where nobody may.
    let place = try store.location(forPipeline: nil)
    guard Store.isThere(place, for: geteuid()) else { return }
    ProgramWatcher.watch(Store(readOnly: place), process: process)
  }

  /// Starts the watcher for this process; nil if that is impossible, in which case the next run
  /// ends leftover programs.
  static func watcher(of store: Store) -> ProgramWatcher? {
    guard let program = Bundle.main.executableURL, program.lastPathComponent == "laconic" else {
      return nil
    }
    return try? ProgramWatcher(
      program,
      arguments: ["watch-programs", "--store", store.root, "--process", String(getpid())])
  }
}
