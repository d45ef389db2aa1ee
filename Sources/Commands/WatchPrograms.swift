package import ArgumentParser
import Foundation
import PipelineCore

/// What `run` and `verify` start beside programs of a pipeline's own, so that these end with them. Not
/// for people.
package struct WatchPrograms: ParsableCommand {
  package static let configuration = CommandConfiguration(
    abstract: "End the programs of a run when the run is gone.", shouldDisplay: false)

  @OptionGroup var store: StoreOptions

  package init() {}

  package func run() throws {
    // It sweeps: not where nobody may.
    guard Store.isThere(try store.location(forPipeline: nil), for: geteuid()) else { return }
    ProgramWatcher.watch(try store.read())
  }

  /// Starts it for this process; nil where that cannot be, and the next run ends what is left.
  static func watcher(of store: Store) -> ProgramWatcher? {
    guard let program = Bundle.main.executableURL, program.lastPathComponent == "laconic" else {
      return nil
    }
    return try? ProgramWatcher(program, arguments: ["watch-programs", "--store", store.root])
  }
}
