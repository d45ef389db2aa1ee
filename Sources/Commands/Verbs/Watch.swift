package import ArgumentParser
import LivePage
import PipelineCore

/// Serves a page on which a run is watched while it goes on.
package struct Watch: ParsableCommand {
  package static let configuration = CommandConfiguration(
    abstract: "Watch a run in a browser: stages, curves and samples as they come.",
    usage: "laconic watch [<run>] [--port <port>] [--store <folder>]",
    discussion: """
      Prints the address of a page and serves it until Ctrl-C; the run does not notice. \
      Only this machine can open it, and only with the token in the address. A run that \
      was killed and is resumed meanwhile goes on being shown.

      Examples:
        laconic watch
        laconic watch 20251122-0554 --port 8080
      """)

  @Argument(help: ArgumentHelp("'latest', or the beginning of a run's id.", valueName: "run"))
  var runName = "latest"

  @Option(help: ArgumentHelp("The port; otherwise one that is free.", valueName: "port"))
  var port = 0

  @OptionGroup var store: StoreOptions

  package init() {}

  package func validate() throws {
    if !(0...65535).contains(port) { throw ValidationError("--port must be from 0 to 65535") }
  }

  package func run() throws {
    let store = try store.read()
    let page = LivePage(LiveRun(try store.run(runName), in: store))
    // Whoever watches leaves by Ctrl-C, which is no failure.
    StopSignal.leaveAtInterrupt()
    try PageServer(page).run(port: port) { address in
      guard Terminal.output.isWritten(address + "\n") else { return false }
      Terminal.error.print("Open it in a browser of this machine; Ctrl-C leaves.")
      return true
    }
  }
}
