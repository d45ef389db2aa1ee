import Foundation
import PipelineCore
import Reporting
import Stages
import Testing

@Suite(.timeLimit(.minutes(120))) struct `A run exported for TensorBoard` {
  private func withRun(_ body: (Store, RunRecord, URL) throws -> Void) throws {
    try TemporaryStore.with { store in
      _ = try MiniPipeline.run(store)
      let folder = FileManager.default.temporaryDirectory
        .appendingPathComponent("laconic-events-\(UUID().uuidString)")
      defer { try? FileManager.default.removeItem(at: folder) }
      try body(store, try store.run("latest"), folder)
    }
  }

  private func names(in folder: URL) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted()
  }

  @Test func `has every figure of a training at its step, and the fields as a text`() throws {
    try withRun { store, run, _ in
      let export = try TensorBoardExport(of: run, in: store)
      let name = EventFile.name(time: run.started.timeIntervalSince1970)
      let file = try #require(export.files.first { $0.path == "rl/" + name })
      let events = try EventReader.events(in: file.bytes)
      let point = try #require(run.points.first { $0.address == "rl" })
      let log = try store.artifact(try #require(point.artifact)).read("metrics.jsonl")
      let rows = try JSONLines.decode([String: Double].self, from: log)
      try #require(!rows.isEmpty)
      for row in rows {
        for (name, value) in row where name != "step" {
          let own = events.filter { $0.tag == name && Double($0.step) == row["step"] }
          #expect(own.map(\.value) == [Float(value)])
        }
      }
      #expect(events.count == 1 + rows.reduce(0) { $0 + $1.count - 1 })
      let text = try #require(events.first { $0.tag == "config" }?.text)
      #expect(text.contains("| kind | rl |"))
      #expect(text.contains(try #require(point.key)) && text.contains("learning"))
      // Times never go back, and end when the stage did.
      #expect(events.map(\.time) == events.map(\.time).sorted())
      let begin = try #require(point.started).timeIntervalSince1970
      #expect(events.first?.time == begin)
      #expect(events.last?.time == begin + (point.seconds ?? 0))
    }
  }

  @Test func `has the numbers of an evaluation at the last step of its model`() throws {
    try withRun { store, run, _ in
      let index = try #require(run.points.firstIndex { $0.address == "eval" })
      let export = try TensorBoardExport(of: run, in: store, points: [index])
      try #require(export.files.count == 1)
      let events = try EventReader.events(in: export.files[0].bytes)
      let model = try #require(run.points.first { $0.address == "rl" }?.artifact)
      let last = try TrainingLog.rows(of: try store.artifact(model)).last?.step
      let accuracies = events.filter { $0.tag.wholeMatch(of: /[^\/]+\/accuracy/) != nil }
      #expect(!accuracies.isEmpty)
      #expect(accuracies.allSatisfy { $0.step == last })
      #expect(events.contains { $0.tag.contains("/by_difficulty/1/mean_tokens") })
      #expect(events.contains { $0.tag.hasSuffix("/tokens/median") })
      #expect(!events.contains { $0.tag.contains("histogram") })
    }
  }

  @Test func `is the same a second time, and leaves out what was before`() throws {
    try withRun { store, run, folder in
      let export = try TensorBoardExport(of: run, in: store)
      try export.write(to: folder)
      let first = try names(in: folder)
      #expect(first.count == 1 + 2 * export.files.count)
      // Of an earlier run, and of a process that was killed.
      let old = EventFile.name(time: 7)
      try FileManager.default.createDirectory(
        at: folder.appendingPathComponent("before"), withIntermediateDirectories: false)
      for place in ["before/" + old, "rl/" + old, "rl/.laconic-store-17-0123456789abcdef"] {
        try Data("x".utf8).write(to: folder.appendingPathComponent(place))
      }
      let own = folder.appendingPathComponent("rl/notes.txt")
      try Data("mine".utf8).write(to: own)
      try TensorBoardExport(of: run, in: store).write(to: folder)
      #expect(try Data(contentsOf: own) == Data("mine".utf8))
      try FileManager.default.removeItem(at: own)
      #expect(try names(in: folder) == first)
      for file in export.files {
        #expect(try Data(contentsOf: folder.appendingPathComponent(file.path)) == file.bytes)
      }
    }
  }

  @Test func `is not mixed with anybody's own files`() throws {
    try withRun { store, run, folder in
      let export = try TensorBoardExport(of: run, in: store)
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
      let own = folder.appendingPathComponent("thesis.tex")
      try Data("mine".utf8).write(to: own)
      #expect(throws: StoreError.notEmpty(path: folder.path)) { try export.write(to: folder) }
      #expect(try names(in: folder) == ["thesis.tex"])
      #expect(throws: (any Error).self) { try export.write(to: own) }
    }
  }

  @Test func `has nothing of stages without figures`() throws {
    try withRun { store, run, _ in
      let index = try #require(run.points.firstIndex { $0.kind == "problems" })
      #expect(throws: StageFailure.self) {
        try TensorBoardExport(of: run, in: store, points: [index])
      }
    }
  }
}
