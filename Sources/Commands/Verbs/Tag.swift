package import ArgumentParser
import PipelineCore

/// Puts tags on a run, or takes them off.
package struct Tag: ParsableCommand {
  package static let configuration = CommandConfiguration(
    abstract: "Put tags on a run, by which it is found again.",
    usage: "laconic tag <run> <name> ... [--remove] [--store <folder>]",
    discussion: """
      Wherever a command takes a run, 'tag:NAME' is the newest run with the tag. Tags \
      change no result, and 'gc' does not look at them: 'laconic pin' keeps a run.

      Examples:
        laconic tag latest paper
        laconic status --tag paper
        laconic diff tag:paper latest
        laconic tag tag:paper paper --remove
      """)

  @Argument(help: RunName.help())
  var runName: String

  @Argument(help: ArgumentHelp("Tags: letters, digits, '.', '_' and '-'.", valueName: "name"))
  var names: [String]

  @Flag(help: "Take the tags off the run.")
  var remove = false

  @OptionGroup var store: StoreOptions

  package init() {}

  package func validate() throws { try RunName.validate(tags: names) }

  package func run() throws {
    let id = try store.id(ofRun: runName)
    let labels = try store.open().changeLabels(of: id) { labels throws(RunLabelError) in
      if remove { try labels.remove(names) } else { try labels.add(names) }
    }
    Terminal.output.print("\(id)  " + RunName.text(ofTags: labels.tags))
  }
}
