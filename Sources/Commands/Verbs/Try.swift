package import ArgumentParser
import Foundation
import PipelineCore
import Reporting
import Stages

/// Runs one stage on a few items and shows what it does; nothing is stored.
package struct Try: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "try",
    abstract: "Run one stage on a few items, and show it; nothing is stored.",
    usage: "laconic try <file> <stage> [--limit <n>] [--full] [<options>]",
    discussion: """
      Stages that sample show prompts, responses, verdicts and lengths; stages that train \
      show their first examples as text, ids and loss mask, and the figures of a few \
      steps; 'problems' and 'data' show problems.

      Inputs are read from the store. Problems and tables that it does not have are made \
      in memory, and at most 10000 generated problems of a split; anything else that is \
      missing has to be run first, and the command for it is printed. Random numbers are \
      those of a run, so that it draws the same responses to the same problems.

      Examples:
        laconic try pipelines/quickstart.yaml eval --limit 3
        laconic try pipelines/quickstart.yaml 'rl[alpha=0.1]' --steps 1
      """)

  @Argument(
    help: "The pipeline, a YAML file.", completion: .file(extensions: ["yaml", "yml"]))
  var file: String

  @Argument(help: "The stage, or one point of it: 'rl[alpha=0.1]'.")
  var stage: String

  @Option(
    help: ArgumentHelp(
      "The most problems of each split, and the most prompts of a step.", valueName: "n"))
  var limit = 8

  @Option(help: ArgumentHelp("The most steps of a stage that trains.", valueName: "n"))
  var steps = 2

  @Flag(help: "Show whole texts; otherwise the middle of a long one is left out.")
  var full = false

  @OptionGroup var overrides: OverrideOptions

  @OptionGroup var store: StoreOptions

  package init() {}

  package func validate() throws {
    guard (1...1000).contains(limit) else {
      throw ValidationError("--limit takes a number from 1 to 1000")
    }
    guard (1...1000).contains(steps) else {
      throw ValidationError("--steps takes a number from 1 to 1000")
    }
  }

  package func run() throws {
    let pipeline = try PipelineFile(file: file, overrides: overrides.all).load()
    let place = try store.location(forPipeline: file)
    let store = Store(readOnly: place)
    let part = try TargetOptions.part(of: pipeline, targets: [stage])
    let points = try part.graph.indices(of: stage)
    _ = try Preflight.checked(part.graph, in: store)
    let scope = FewItems(limit: limit, steps: steps)
    let trial = Trial(part.graph, store: store, scope: scope, fingerprint: { $0.fingerprint })
    let result: Trial.Result
    do {
      result = try trial.run(points[0])
    } catch let obstacle as Trial.Obstacle {
      Terminal.report(([obstacle.description] + advice(obstacle)).joined(separator: "\n"))
      throw ExitCode.runFailed
    }
    if points.count > 1 {
      Terminal.error.print(
        "'\(stage)' has \(points.count) points; the first of them is tried: \(result.point.address)"
      )
    }
    let width = Terminal.output.width
    let table = try result.artifact.flatMap {
      try ResultFiles(store: store, pipeline: pipeline.name).text(
        $0, width: width, style: Terminal.output.style)
    }
    Terminal.output.print(
      TrialText(width: width, isFull: full)
        .text(of: try TrialReport(result, limit: limit), result, table: table))
  }

  /// The command that makes what is missing.
  private func advice(_ obstacle: Trial.Obstacle) -> [String] {
    guard case .missing(let addresses, _) = obstacle else { return [] }
    let words =
      ["laconic", "run", file] + addresses + overrides.all.flatMap { ["--set", $0] }
      + (store.store.map { ["--store", $0] } ?? [])
    return ["make it with:", "  " + words.map(\.shellWord).joined(separator: " ")]
  }
}

extension String {
  /// The text as a word of a POSIX shell, quoted if it has to be.
  fileprivate var shellWord: String {
    let isPlain =
      !isEmpty
      && unicodeScalars.allSatisfy {
        CharacterSet.alphanumerics.contains($0) || "_-./=:,+@%".unicodeScalars.contains($0)
      }
    return isPlain ? self : "'" + replacingOccurrences(of: "'", with: "'\\''") + "'"
  }
}
