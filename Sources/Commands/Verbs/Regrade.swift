package import ArgumentParser
import Fields
import Foundation
import PipelineCore
import Reasoning
import Stages

/// Grades stored responses anew, and draws none.
package struct Regrade: ParsableCommand {
  package static let configuration = CommandConfiguration(
    abstract: "Grade stored responses anew, and draw none.",
    usage: "laconic regrade <file> [--set <path=value> ...] [--show <n>] [<options>]",
    discussion: """
      Runs the stages that sample, from stored responses, and what is computed from them \
      without a model or a program: tables, claims, plots, reports. A verifier, a reference \
      answer or a rule that finds answers may have changed. If a response would have to be \
      drawn, nothing is run: exit code 2, with the number of missing responses.

      Examples:
        laconic regrade gsm8k.yaml --set data.verifier=number
        laconic regrade gsm8k.yaml --show 10
      """)

  @OptionGroup var pipeline: PipelineOptions
  @OptionGroup var store: StoreOptions

  @Option(help: ArgumentHelp("The most changed verdicts to show per stage.", valueName: "n"))
  var show = 3

  package init() {}

  package func validate() throws {
    if show < 0 { throw ValidationError("--show must be at least 0") }
  }

  package func run() throws {
    let loaded = try pipeline.load()
    let graph = StageGraph(loaded)
    let store = try store.open(forPipeline: pipeline.file)
    let regrading = Regrading(graph, store: store) { $0.fingerprint }
    guard !regrading.sampling.isEmpty else {
      Terminal.report("the pipeline has no stage that samples responses")
      throw ExitCode.badPipeline
    }
    _ = try Preflight.checked(graph, in: store)
    StopSignal.installHandlers()
    let earlier = Self.artifacts(of: loaded.name, in: store)
    if let problems = regrading.problems() {
      try perform(problems, loaded, store).throwUnlessDone()
    }
    let scope = try regrading.scope()
    guard scope.missing.isEmpty else {
      for missing in scope.missing {
        Terminal.report("'\(missing.address)': \(missing.reason)")
      }
      Terminal.report("nothing was graded; 'laconic run' draws what is missing")
      throw ExitCode.badPipeline
    }
    let summary = try perform(scope.graph, loaded, store)
    try Run.showResults(of: summary, pipeline: loaded, store: store)
    let addresses = Set(regrading.sampling.map(\.address))
    for point in summary.points where addresses.contains(point.address) {
      try tell(point, earlier[point.address], in: store)
    }
    if !scope.left.isEmpty {
      Terminal.output.print(
        "left to 'laconic run': " + scope.left.prefix(8).joined(separator: ", ")
          + (scope.left.count > 8 ? " and \(scope.left.count - 8) more" : ""))
    }
    try summary.throwUnlessDone()
  }

  private func perform(
    _ graph: StageGraph, _ pipeline: Pipeline, _ store: Store
  ) throws -> RunSummary {
    var options = RunOptions(
      stop: StopSignal(followsProcess: true), pipeline: pipeline.name, file: self.pipeline.file,
      fingerprint: { $0.fingerprint })
    options.description = pipeline.description
    return try Runner.run(
      graph, store: store, options: options, observer: Terminal.error.progress)
  }

  /// The newest artifact of each point of a pipeline, by address.
  private static func artifacts(of pipeline: String, in store: Store) -> [String: String] {
    let runs = (try? store.runs(limit: 200)) ?? []
    var found: [String: String] = [:]
    for case .success(let record) in runs.map(\.record) where record.pipeline == pipeline {
      for point in record.points where found[point.address] == nil {
        found[point.address] = point.artifact
      }
    }
    return found
  }

  /// Prints the changes of one stage's verdicts.
  private func tell(_ point: PointResult, _ before: String?, in store: Store) throws {
    guard let now = point.artifact else { return }
    guard let before, let old = try? store.artifact(before),
      let earlier = try? ResponsesArtifact.readFigures(old)
    else {
      Terminal.output.print("\(point.address): no earlier verdicts to compare with")
      return
    }
    let changes = VerdictChanges(
      from: earlier, to: try ResponsesArtifact.readFigures(try store.artifact(now)))
    let count = changes.changes.count
    Terminal.output.print(
      "\(point.address): \(count) of \(changes.compared) verdicts changed"
        + (count > 0 ? ": " + changes.text : ""))
    for change in changes.changes.prefix(show) {
      let (old, new) = (change.before, change.now)
      let was = old.answer == new.answer ? "" : ", was read as \(old.answer.quoted)"
      Terminal.output.print(
        "  \(old.verdict.rawValue) → \(new.verdict.rawValue)  "
          + new.answer.shown.truncated(to: 50) + was.shown.truncated(to: 60)
          + "  (right: \(new.problem.answer.shown.truncated(to: 40)))")
    }
  }
}
