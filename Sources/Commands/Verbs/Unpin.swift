package import ArgumentParser
import PipelineCore

/// Removes the mark from pinned runs.
package struct Unpin: ParsableCommand {
  package static let configuration = CommandConfiguration(
    abstract: "Unpin a run: the next 'gc' may remove what it uses.",
    discussion: """
      Example:
        laconic unpin 20251122-0554
      """)

  @Argument(
    help: ArgumentHelp("A pinned run: 'latest', or the beginning of an id.", valueName: "run"))
  var runName: String

  @OptionGroup var store: StoreOptions

  package init() {}

  package func run() throws {
    guard try !store.read().pinnedRuns().isEmpty else { throw RunLookupError.notPinned(runName) }
    Terminal.output.print("unpinned " + (try store.open().unpin(runName)))
  }
}
