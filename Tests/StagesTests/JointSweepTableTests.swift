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
}
