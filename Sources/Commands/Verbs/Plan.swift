package import ArgumentParser
import Foundation
import PipelineCore
import Stages

/// Shows what a run would do, and why, before anything starts.
package struct PlanCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Show what a run would do, why, and what it would cost.",
    usage: "laconic plan <file> [<stage> ...] [--set <path=value> ...] [<options>]",
    discussion: """
      For every stage: a hit, resume@step, or a miss with the fields that differ from \
      the nearest earlier result. A stage that is 'after' others has no key yet: it \
      depends on their results, and may be a hit. '≤' marks a bound, '~' an estimate; \
      time is shown only for work that was measured on this machine.

      The data of these stages are read and checked as 'validate --data' does; mistakes \
      in them end in exit code 2.

      With stages, or points of them, only these are planned and what they need; a saved \
      plan keeps them.

      Only --output is written, which 'laconic run --plan' executes, or refuses if \
      something else would happen by now.

      Examples:
        laconic plan pipelines/quickstart.yaml --set rl.train.max_steps=80
        laconic plan pipelines/quickstart.yaml rl
        laconic plan pipelines/quickstart.yaml --output plan.json
        laconic run --plan plan.json
      """)

  @OptionGroup var pipeline: PipelineOptions
  @OptionGroup var targets: TargetOptions
  @OptionGroup var store: StoreOptions
  @OptionGroup var memory: MemoryOptions

  @Option(name: .shortAndLong, help: "The most stages that run at once, for their memory.")
  var jobs = 1

  @Flag(help: "Print the plan as JSON: every field, key, reason and figure.")
  var json = false

  @Option(
    help: ArgumentHelp("Also save the plan, to review and to run it later.", valueName: "file"),
    completion: .file(extensions: ["json"]))
  var output: String?

  package init() {}

  package func validate() throws {
    if jobs < 1 { throw ValidationError("--jobs must be at least 1") }
  }

  package func run() throws {
    if let output { try CurrentFolder.check(for: output) }
    let planning = try PlannedPipeline(
      pipeline: try pipeline.load(), targets: targets.all, file: pipeline.file,
      overrides: pipeline.overrides.all, store: try store.location(forPipeline: pipeline.file))
    if let output {
      do {
        try Data(planning.file.text.utf8).write(to: URL(fileURLWithPath: output), options: .atomic)
      } catch {
        Terminal.report("cannot write '\(output)': \(error.reasonInWords)")
        throw ExitCode.runFailed
      }
    }
    Terminal.output.print(
      json
        ? planning.file.text
        : PlanText(
          width: Terminal.output.width, rates: planning.rates, memory: memory.bytes, jobs: jobs
        )
        .text(of: planning.plan, pipeline: planning.pipeline, leftOut: planning.part.leftOut))
    if let output { Terminal.error.print("wrote \(output)") }
    try lookAtData(planning)
  }

  /// Reads the data that the run would read, shows how many problems there are, and what is wrong
  /// with them.
  /// - Throws: `ExitCode.badPipeline` after showing mistakes.
  private func lookAtData(_ planning: PlannedPipeline) throws {
    let inspection = DataInspection(
      planning.part.graph, examples: 0, of: planning.plan.work
    ) {
      CurrentFolder.displayed(URL(fileURLWithPath: $0))
    }
    let counts = DataText(width: Terminal.output.width).counts(of: inspection)
    if !json, !counts.isEmpty {
      Terminal.output.print("\n" + counts.joined(separator: "\n"))
    }
    if !inspection.diagnostics.isEmpty { PipelineFile.report(inspection.diagnostics) }
    if inspection.diagnostics.hasErrors { throw ExitCode.badPipeline }
  }
}
