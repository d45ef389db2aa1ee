import Fields
import Foundation
import PipelineCore
import Testing

/// Tests of `threads`, `retries`, `timeout` and `max_rss` in a file.
@Suite struct StageLimitFieldTests {
  private let written = wholePipeline.replacing(
    "    reward: {",
    with: "    threads: 2\n    retries: 3\n    timeout: 1h30m\n    max_rss: 2GiB\n    reward: {",
    maxReplacements: 1)

  private func limits(
    _ stage: String, in text: String, _ overrides: [String] = []
  ) throws -> StageLimits? {
    try StageGraph(loaded(text, overrides: overrides)).points.first { $0.stage == stage }?.limits
  }

  @Test func `limits are read, from the file and from the command line`() throws {
    #expect(written != wholePipeline)
    let rl = try #require(try limits("rl", in: written))
    #expect(rl.threads == 2)
    #expect(rl.retries == 3)
    #expect(rl.timeout == TimeSpan("90m"))
    #expect(rl.maxResidentSize == ByteSize("2147483648B"))
    #expect(try limits("base", in: written) == StageLimits())
    let set = try limits(
      "rl", in: written, ["rl.threads=null", "rl.timeout=90s", "rl.max_rss=512M"])
    #expect(set?.threads == nil)
    #expect(set?.timeout?.seconds == 90)
    #expect(set?.maxResidentSize?.bytes == 512_000_000)
  }

  @Test func `limits are in no key and in no configuration`() throws {
    let plain = try StageGraph(loaded(wholePipeline)).points
    let limited = try StageGraph(loaded(written)).points
    #expect(limited.map(testKey) == plain.map(testKey))
    #expect(limited.map(\.config) == plain.map(\.config))
  }

  @Test func `mistakes are reported in their place`() {
    expectDiagnostics(
      """
      version: 1
      name: demo
      stages:
        problems:
          kind: problems
          splits: {train: {count: 10}}
          threads: ①0
          retries: ②101
          timeout: ③90
          max_rss: ④2 gigabytes
        base:
          kind: sft
          inputs: {data: problems}
          train: {learning_rate: 1e-3}
          threads: ⑤2.5
          retries: ⑥-1
          timeout: ⑦soon
          max_rss: ⑧1e9
          ⑨time_out: 5m
      sweep:
        grid: {⑩base.threads: [1, 2]}
      """,
      [
        "① expected a whole number from 1 to 4096 for 'threads', found '0'",
        "② expected a whole number from 0 to 100 for 'retries', found '101'",
        "③ expected a time such as 90s, 30m or 2h for 'timeout', found '90' (add the unit: 90s)",
        "④ expected a size such as 512M, 2G or 2GiB for 'max_rss', found '2 gigabytes'",
        "⑤ expected a whole number for 'threads', found '2.5'",
        "⑥ expected a whole number from 0 to 100 for 'retries', found '-1'",
        "⑦ expected a time such as 90s, 30m or 2h for 'timeout', found 'soon'",
        "⑧ expected a size such as 512M, 2G or 2GiB for 'max_rss', found '1e9'",
        "⑨ unknown field 'time_out' in 'base' (did you mean 'timeout'?)",
        "test.yaml:21:15 'threads' cannot be swept",
      ])
  }

  @Test func `stages whose threads decide bits take their fixed number`() throws {
    let blas = try StageGraph(loaded(written, overrides: ["numerics=blas"])).points
    #expect(blas.first { $0.stage == "rl" }?.wantedThreads == 1)
    #expect(blas.first { $0.stage == "base" }?.wantedThreads == 1)
    #expect(blas.first { $0.stage == "table" }?.wantedThreads == nil)
    let exact = try StageGraph(loaded(written)).points
    #expect(exact.first { $0.stage == "rl" }?.wantedThreads == 2)
    #expect(exact.first { $0.stage == "base" }?.wantedThreads == nil)
  }

  @Test func `the schema has them for every kind`() throws {
    let schema = try #require(
      try JSONSerialization.jsonObject(with: Data(PipelineSchema.json(PlanningKinds.all).utf8))
        as? [String: Any])
    let definitions = try #require(schema["$defs"] as? [String: Any])
    for kind in PlanningKinds.all.all {
      let stage = try #require(definitions["stage.\(kind.name)"] as? [String: Any])
      let properties = try #require(stage["properties"] as? [String: Any])
      for name in ["threads", "retries", "timeout", "max_rss"] {
        #expect(properties[name] != nil, "\(kind.name).\(name)")
      }
    }
    #expect(
      PipelineSchema.limitsText.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }
}
