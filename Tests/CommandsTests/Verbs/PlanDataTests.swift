import Foundation
import Testing

/// Tests `plan` on data of the user's own.
@Suite(.timeLimit(.minutes(120)))
struct `Planning with data` {
  private static let pipeline = """
    version: 1
    name: sums
    stages:
      sums:
        kind: data
        inputs: {files: {all: {files: [a.csv, b.jsonl]}}}
        fields: {response: response}
        verifier: number
        duplicates: drop_across
        splits: {train: 0.75, test: 0.25}
    """

  private func plan(_ answer: String, _ arguments: [String] = []) throws -> LaconicProcess.Outcome {
    try withProject { folder in
      let pipelines = folder.appendingPathComponent("pipelines")
      try Data(Self.pipeline.utf8).write(to: pipelines.appendingPathComponent("sums.yaml"))
      let rows = (1...9).map { "\($0)+0=?,\($0),~\($0)+0=\($0);\n" } + ["9+0=?,9,~9+0=9;\n"]
      try Data(("prompt,answer,response\n" + rows.joined()).utf8)
        .write(to: pipelines.appendingPathComponent("a.csv"))
      try Data("{\"prompt\":\"1+1=?\",\"answer\":\"\(answer)\",\"response\":\"~1+1=2;\"}".utf8)
        .write(to: pipelines.appendingPathComponent("b.jsonl"))
      return try LaconicProcess.run(["plan", "pipelines/sums.yaml"] + arguments, in: folder)
    }
  }

  @Test func `shows the problems of every split and what was left out`() throws {
    let shown = try plan("2")
    #expect(shown.status == 0 && shown.errors.isEmpty, "\(shown.errors)")
    let line = try #require(
      shown.output.split(separator: "\n").first { $0.hasPrefix("  sums: ") }, "\(shown.output)")
    let counts = line.matches(of: /([0-9]+) problem/).compactMap { Int($0.1) }
    #expect(counts.count == 2 && counts.reduce(0, +) == 10, "\(line)")
    #expect(line.contains("(1 repeated)"), "\(line)")
  }

  @Test(arguments: [[], ["--json"]])
  func `tells mistakes at their place and exits 2`(arguments: [String]) throws {
    let shown = try plan("n", arguments)
    #expect(shown.status == 2)
    #expect(
      shown.errors.hasPrefix(
        "pipelines/b.jsonl:1:19: error: 'verifier: number' refuses the reference answer 'n'"),
      "\(shown.errors)")
  }
}
