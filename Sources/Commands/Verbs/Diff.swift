package import ArgumentParser
import Fields
import Foundation
import PipelineCore
import Reporting
import Stages

/// Shows the differences between two runs.
package struct Diff: ParsableCommand {
  package static let configuration = CommandConfiguration(
    abstract: "Show the differences of two runs: fields, and results on the same problems.",
    usage: "laconic diff <before> [<now>] [--samples] [--json] [<options>]",
    discussion: """
      Only fields that affect results are compared. Results are paired by seed and \
      question, and compared as in claims. \
      --samples lists the questions that one run gets right and the other wrong.

      Examples:
        laconic diff 20251122-0554
        laconic diff 20251122-0554 20251122-0612 --samples
      """)

  @Argument(help: RunName.help(valueName: "before"))
  var before: String

  @Argument(help: ArgumentHelp("Another.", valueName: "now"))
  var now = "latest"

  @Flag(help: "List the questions whose verdict changed, with the tokens of both.")
  var samples = false

  @Flag(help: "Print JSON: every figure in full precision, with the samples.")
  var json = false

  @OptionGroup var store: StoreOptions

  package init() {}

  package func run() throws {
    let store = try store.read()
    let (old, new) = (try store.run(before), try store.run(now))
    let difference = try RunDifference(from: old, to: new, in: store)
    guard !json else {
      return Terminal.output.print(
        DiffDocument(difference: difference, before: old, now: new).json.shown)
    }
    let text = DiffText(difference, width: Terminal.output.width, showsSamples: samples)
    Terminal.output.print(text.rendered)
  }
}
