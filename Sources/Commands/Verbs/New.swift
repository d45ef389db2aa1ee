package import ArgumentParser
import Foundation
import PipelineCore

/// Writes a pipeline to start from.
package struct New: ParsableCommand {
  package static let configuration = CommandConfiguration(
    abstract: "Write a small commented pipeline to start from.",
    discussion: """
      Writes NAME.yaml here: problems, a base model, reinforcement learning with a \
      length penalty, an evaluation and a table. It runs as it is, in under a minute.

      Example:
        laconic new first
        laconic run first.yaml
      """)

  @Argument(help: "The pipeline's name: lower-case letters, digits, _ and -.")
  var name: String

  package init() {}

  package func validate() throws {
    guard name.isSlug else {
      throw ValidationError(
        "'\(name)' cannot name a pipeline: start with a lower-case letter; "
          + "use at most 64 lower-case letters, digits, _ and -")
    }
  }

  package func run() throws {
    try CurrentFolder.check()
    let file = name + ".yaml"
    do {
      // An existing file is never overwritten.
      try Data(PipelineTemplate.text(name: name).utf8)
        .write(to: URL(fileURLWithPath: file), options: .withoutOverwriting)
    } catch let error as CocoaError where error.code == .fileWriteFileExists {
      Terminal.report("'\(file)' already exists; nothing was written")
      throw ExitCode.runFailed
    } catch {
      Terminal.report("cannot write '\(file)': \(error.reasonInWords)")
      throw ExitCode.runFailed
    }
    Terminal.output.print(
      """
      wrote \(file)
        laconic plan \(file)    what it would do
        laconic run \(file)     do it
      """)
  }
}
