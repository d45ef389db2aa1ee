import Foundation
import PipelineCore
import Stages
import TestSupport
import Testing

/// The smallest pipeline with a store of its own, and what is added to it.
struct MiniPipeline {
  static let yaml = smallestPipeline

  /// The same pipeline with a claim on its results.
  static let claimingYAML =
    yaml + """

        claims:
          kind: claims
          inputs: {results: {rl: eval}}
          claims:
            shorter: {metric: mean_tokens, compare: {difficulty: 1}, \
              with: {difficulty: 2}, expect: lower}
      """

  /// The same pipeline with a report page.
  static let reportingYAML =
    claimingYAML + """

        levels:
          kind: table
          inputs: {results: {rl: eval}}
          group_by: difficulty
          columns: [accuracy, mean_tokens, finished]
        page:
          kind: report
          inputs: {parts: {verdicts: claims, figures: table}, samples: {rl: eval}}
          title: Mini
      """

  static func graph(_ yaml: String = yaml, overrides: [String] = []) throws -> StageGraph {
    try .reading(
      yaml, name: "mini.yaml", overrides: overrides, in: FileManager.default.temporaryDirectory)
  }

  /// The artifact digest of every point by address, after a run on a new store.
  static func digests(
    _ yaml: String = yaml, overrides: [String] = [], jobs: Int = 1, threads: Int = 1
  ) throws -> [String: String] {
    try TemporaryStore.with { store in
      try run(store, yaml, overrides: overrides, jobs: jobs, threads: threads).digests
    }
  }

  static func run(
    _ store: Store, _ yaml: String = yaml, overrides: [String] = [], jobs: Int = 1,
    threads: Int = 1,
    checkpoints: CheckpointCadence = .seconds(1e9),
    stoppingIn isStopped: (@Sendable (String) -> Bool)? = nil,
    observer: any RunObserver = SilentObserver()
  ) throws -> RunSummary {
    var options = RunOptions.testing(jobs: jobs, threads: threads, checkpoints: checkpoints)
    (options.pipeline, options.file) = ("mini", "mini.yaml")
    if let isStopped { options.stopAfterAStep(of: isStopped) }
    return try Runner.run(
      try graph(yaml, overrides: overrides), store: store, options: options, observer: observer)
  }
}
