package import ArgumentParser
import Foundation
import PipelineCore

/// Marks runs that `gc` keeps.
package struct Pin: ParsableCommand {
  package static let configuration = CommandConfiguration(
    abstract: "Keep a run: 'gc' never removes what it uses.",
    discussion: """
      Examples:
        laconic pin latest
        laconic pin --list
      """)

  @Argument(help: RunName.help())
  var runName: String?

  @Flag(help: "List the pinned runs, oldest first.")
  var list = false

  @OptionGroup var store: StoreOptions

  package init() {}

  package func validate() throws {
    if list == (runName != nil) { throw ValidationError("give a run, or --list") }
  }

  package func run() throws {
    guard let runName else {
      let store = try store.read()
      for id in try store.pinnedRuns() { Terminal.output.print(Self.line(id, store)) }
      return
    }
    let id = try store.id(ofRun: runName)
    Terminal.output.print("pinned " + (try store.open().pin(id)))
  }

  private static func line(_ id: String, _ store: Store) -> String {
    (try? store.run(id)).map(Status.headline) ?? "\(id)  its record is gone"
  }
}
