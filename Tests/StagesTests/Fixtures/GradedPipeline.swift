import Fields
import Foundation
import PipelineCore
import Stages
import TestSupport
import Testing

/// An evaluation of a published model that knows nothing on a file of problems, for tests that
/// grade its stored responses in several ways.
struct GradedPipeline {
  let own: OwnData

  static func with<Result>(_ body: (GradedPipeline) throws -> Result) throws -> Result {
    try OwnData.with { own in
      try TinyChatModel().write(to: own.folder.appendingPathComponent("model"))
      let lines = (1...3).map { #"{"prompt": "\#($0) + \#($0) =", "answer": "\#(2 * $0)"}"# }
      try own.write(Data((lines.joined(separator: "\n") + "\n").utf8), to: "test.jsonl")
      return try body(GradedPipeline(own: own))
    }
  }

  static let yaml = """
    version: 1
    name: graded
    response_format: {name: qwen2.5, model: model, answer: [text]}
    stages:
      data:
        kind: data
        inputs: {files: {test: {file: test.jsonl}}}
        verifier: exact
      eval:
        kind: eval
        inputs: {policy: {checkpoint: model}, problems: data}
        splits: [test]
        sampling: {temperature: 1, num_generations: 4, max_new_tokens: 48}
      results:
        kind: table
        inputs: {results: {model: eval}}
        columns: [accuracy, finished, unreadable]
    """

  func graph(_ overrides: [String] = [], yaml: String = yaml) throws -> StageGraph {
    try .reading(yaml, name: "graded.yaml", overrides: overrides, in: own.folder)
  }

  /// Runs the pipeline, and returns the responses and the number of those that were drawn.
  func run(
    _ overrides: [String] = [], yaml: String = yaml
  ) throws -> (drawn: Int, records: [ResponseRecord], summary: RunSummary) {
    let store = try own.store()
    let before = try store.cellSegments().reduce(0) { $0 + $1.cells }
    let summary = try own.run(try graph(overrides, yaml: yaml))
    let digest = try #require(summary.digests["eval"], "\(summary.points)")
    let records = try ResponsesArtifact.read(try store.artifact(digest))
    let after = try store.cellSegments().reduce(0) { $0 + $1.cells }
    return (after - before, records, summary)
  }
}
