package import ArgumentParser
import PipelineCore

/// Writes a note on a run, or removes it.
package struct Note: ParsableCommand {
  package static let configuration = CommandConfiguration(
    abstract: "Write a note on a run, which 'status' shows.",
    usage: "laconic note <run> (<text> | --remove) [--store <folder>]",
    discussion: """
      The note replaces the one before. It changes no result and is in no key.

      Examples:
        laconic note latest "lr warmup was too short"
        laconic note latest --remove
      """)

  @Argument(help: RunName.help())
  var runName: String

  @Argument(help: ArgumentHelp("The note, at most 2000 bytes.", valueName: "text"))
  var text: String?

  @Flag(help: "Remove the note.")
  var remove = false

  @OptionGroup var store: StoreOptions

  package init() {}

  package func validate() throws {
    if remove == (text != nil) { throw ValidationError("give a text, or --remove") }
    if let flaw = text.flatMap(RunLabels.flaw(ofNote:)) { throw ValidationError(flaw) }
  }

  package func run() throws {
    let id = try store.id(ofRun: runName)
    try store.open().changeLabels(of: id) { $0.note = text }
    Terminal.output.print("\(id)  " + (text == nil ? "without a note" : "noted"))
  }
}
