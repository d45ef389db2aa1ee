import Foundation
import PipelineCore
import Stages
import Testing

/// A table over fields that change together.
@Suite struct JointSweepTableTests {
  @Test func `shows a column for each field, the one that rows names first`() throws {
    let overrides = [
      "sweep.zip={eval.sampling.temperature: [0.6, 1], eval.sampling.top_p: [0.9, 0.8]}",
      "table.rows=eval.sampling.top_p", "base.train.max_steps=2", "base.train.warmup_steps=0",
      "rl.train.max_steps=1",
    ]
    try TemporaryStore.with { store in
      let summary = try MiniPipeline.run(store, overrides: overrides)
      #expect(summary.points.filter { $0.address.hasPrefix("eval[") }.count == 2)
      #expect(summary.points.filter { $0.address.hasPrefix("rl") }.map(\.address) == ["rl"])
      let digest = try #require(summary.points.first { $0.address == "table" }?.artifact)
      let csv = String(decoding: try store.artifact(digest).read("table.csv"), as: UTF8.self)
      let lines = csv.split(whereSeparator: \.isNewline)
      try #require(lines.count == 3, "\(csv)")
      #expect(lines[0].hasPrefix("policy,top_p,temperature,"))
      #expect(lines[1].hasPrefix("rl,0.9,0.6,"))
      #expect(lines[2].hasPrefix("rl,0.8,1,"))
    }
  }

  @Test func `fields of one name stand in one column, unless a row sets two`() throws {
    let yaml =
      MiniPipeline.yaml + """

          eval_base:
            kind: eval
            inputs: {policy: base, problems: problems}
            splits: [easy]
            sampling: {num_generations: 1, max_new_tokens: 12, temperature: 0.5}
          both:
            kind: table
            inputs: {results: {rl: eval, base: eval_base}}
            columns: [accuracy]
        """
    func lines(_ sweep: String) throws -> [Substring] {
      try TemporaryStore.with { store in
        let summary = try MiniPipeline.run(
          store, yaml + "\nsweep: {grid: {\(sweep)}}\n",
          overrides: [
            "base.train.max_steps=2", "base.train.warmup_steps=0", "rl.train.max_steps=1",
          ])
        let artifact = try store.artifact(try #require(summary.digests["both"]))
        let csv = String(decoding: try artifact.read("table.csv"), as: UTF8.self)
        return csv.split(whereSeparator: \.isNewline)
      }
    }
    let apart = try lines(
      "eval.sampling.temperature: [0.5, 1], eval_base.sampling.temperature: [0.6, 0.7]")
    try #require(apart.count == 5, "\(apart)")
    #expect(apart[0].hasPrefix("policy,temperature,easy"), "\(apart)")
    #expect(
      zip(apart.dropFirst(), ["rl,0.5,", "rl,1,", "base,0.6,", "base,0.7,"])
        .allSatisfy { $0.hasPrefix($1) }, "\(apart)")
    let together = try lines(
      "eval.sampling.temperature: [0.5, 1], rl.sampling.temperature: [0.6, 0.7]")
    #expect(together.first?.hasPrefix("policy,temperature,temperature,") == true, "\(together)")
  }
}
