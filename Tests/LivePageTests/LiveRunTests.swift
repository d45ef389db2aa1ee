import Fields
import Foundation
import LivePage
import PipelineCore
import Testing

struct LiveRunTests {
  @Test func `a finished run shows its stages, curves, samples and table`() throws {
    try LiveStore.with { live in
      try live.run()
      let run = try live.watched()
      let seen = try SeenRun(run)
      #expect(seen.state == "done")
      #expect(seen.points.map { $0["state"]?.stringValue } == ["done", "done", "done", "done"])
      #expect(seen.points[2]["from"]?.arrayValue?.compactMap(\.intValue) == [0, 1])

      let log = try #require(try run.log(["run": run.id, "point": "1"]))
      #expect(log["points"]?.arrayValue?.count == 6)
      #expect(log["names"]?.arrayValue?.first?.stringValue == "loss")
      let drawn = try #require(try run.log(["run": run.id, "point": "2"]))
      #expect(drawn["x"]?.stringValue == "problems")
      #expect(drawn["points"]?.arrayValue?.count == 2)

      let page = try #require(
        try run.samples(["run": run.id, "point": "2", "from": "78", "count": "5"]))
      #expect(page["total"]?.intValue == 80)
      let items = try #require(page["items"]?.arrayValue)
      #expect(items.count == 2)
      #expect(items[0]["heading"]?.stringValue?.hasPrefix("easy, chain, difficulty ") == true)
      #expect(items.allSatisfy { $0["answer"]?.stringValue?.contains("(right: ") == true })
      let last = try #require(try run.samples(["run": run.id, "point": "2", "count": "5"]))
      #expect(last["from"]?.intValue == 75)

      let table = try #require(try run.table(["run": run.id, "point": "3"]))
      #expect(table["rows"]?.arrayValue?.count == 1)
      #expect(try run.table(["run": run.id, "point": "1"]) == nil)
    }
  }

  @Test func `only what changed is sent again`() throws {
    try LiveStore.with { live in
      try live.run()
      let run = try live.watched()
      let first = try SeenRun(run)
      let second = try SeenRun(run, cursor: first.cursor)
      #expect(second.cursor == first.cursor)
      #expect(second.state == nil)
      #expect(second.points.isEmpty)
      #expect(try SeenRun(run, cursor: "another:1").points.count == 4)

      let log = try #require(try run.log(["run": run.id, "point": "1"]))
      let query = [
        "run": run.id, "point": "1", "key": log["key"]?.stringValue ?? "", "rows": "1",
        "points": "6", "texts": "0",
      ]
      let rest = try #require(try run.log(query))
      #expect(rest["points"]?.arrayValue?.isEmpty == true)
      #expect(rest["from"]?.intValue == 6)
      #expect(rest["texts"] == nil)

      let page = try #require(try run.samples(["run": run.id, "point": "2"]))
      let again = try run.samples([
        "run": run.id, "point": "2", "total": "80", "has": "75",
        "source": page["source"]?.stringValue ?? "",
      ])
      #expect(try #require(again)["items"] == nil)
    }
  }

  @Test func `a run at work shows its progress, and its curve as it grows`() throws {
    try LiveStore.with { live in
      let seen = Sightings<(state: String?, points: Int)>()
      let runs = Sightings<LiveRun>()
      try live.run { stage, step in
        guard stage == "base" else { return }
        do {
          if runs.all.isEmpty { runs.add(try live.watched()) }
          let run = runs.all[0]
          let log = try run.log(["run": run.id, "point": "1"])
          seen.add(
            (try SeenRun(run).state(of: "base"), log?["points"]?.arrayValue?.count ?? 0))
        } catch {
          Issue.record(error)
        }
      }
      #expect(seen.all.count == 6)
      #expect(Set(seen.all.map(\.state)) == ["running"])
      // The log is written at most five times a second.
      #expect(seen.all.first?.points == 1)
      #expect(seen.all.map(\.points) == seen.all.map(\.points).sorted())
      let run = try #require(runs.all.first)
      #expect(try SeenRun(run).state == "done")
      #expect(try run.log(["run": run.id, "point": "1"])?["points"]?.arrayValue?.count == 6)
    }
  }

  @Test func `samples of a stage at work come as they are saved, graded`() throws {
    try LiveStore.with { live in
      let seen = Sightings<JSONText>()
      try live.run { stage, step in
        guard stage == "eval", step == 40 else { return }
        do {
          let run = try live.watched()
          let page = try run.samples(["run": run.id, "point": "2", "from": "0", "count": "2"])
          seen.add(try #require(page))
        } catch {
          Issue.record(error)
        }
      }
      // The first 32 problems are saved, the other 8 are drawn.
      let page = try #require(seen.all.first)
      #expect(page["total"]?.intValue == 64)
      let run = try live.watched()
      let done = try #require(
        try run.samples(["run": run.id, "point": "2", "from": "0", "count": "2"]))
      let items = [page, done].map { $0["items"]?.arrayValue?.map(\.compact) }
      #expect(items[0]?.count == 2)
      #expect(items[0] == items[1])
    }
  }

  @Test func `a torn line is passed over until it is whole, and hostile text stays text`() throws {
    try LiveStore.with { live in
      let seen = Sightings<JSONText>()
      try live.run { stage, step in
        guard stage == "base", step == 1 else { return }
        do {
          let run = try live.watched()
          let key = try #require(try live.store.run("latest").points[1].key)
          let file = try FileHandle(
            forWritingTo: live.folder.appendingPathComponent("checkpoints/\(key)/log"))
          defer { try? file.close() }
          for piece in ["<b>\u{202E}\"\u{1}\n{\"step\":77,\"lo", "ss\":0.125}\n"] {
            try file.seekToEnd()
            try file.write(contentsOf: Data(piece.utf8))
            seen.add(try #require(try run.log(["run": run.id, "point": "1"])))
          }
        } catch {
          Issue.record(error)
        }
      }
      #expect(seen.all.count == 2)
      #expect(seen.all.map { $0["points"]?.arrayValue?.count } == [1, 2])
      #expect(seen.all.last?["last"]?.compact.hasPrefix("[77.0,0.125,") == true)
      // Characters that would turn the text around are named.
      let texts = seen.all.first?["texts"]?.arrayValue?.compactMap(\.stringValue)
      #expect(texts == ["<b>\\u{202e}\"\\u{1}"])
    }
  }

  @Test func `a run that was stopped and goes on is shown on, with one curve`() throws {
    try LiveStore.with { live in
      let stop = StopSignal()
      let first = try live.run(stop: stop) { stage, step in
        if stage == "base", step == 3 { stop.request() }
      }
      let run = try live.watched()
      let before = try SeenRun(run)
      #expect(before.state == "stopped")
      let log = try #require(try run.log(["run": run.id, "point": "1"]))
      #expect(log["points"]?.arrayValue?.count == 3)

      let second = try live.run()
      let after = try SeenRun(run, cursor: before.cursor)
      #expect(after.id == second.id)
      #expect(after.state == "done")
      #expect(after.points.count == 4)
      // What belongs to the run before is answered no more.
      #expect(try run.log(["run": first.id, "point": "1"]) == nil)
      let rest = try run.log([
        "run": run.id, "point": "1", "key": log["key"]?.stringValue ?? "", "rows": "1",
        "points": "3",
      ])
      #expect(rest?["from"]?.intValue == 3)
      #expect(rest?["points"]?.arrayValue?.count == 3)
    }
  }

  @Test func `watching changes nothing in the store`() throws {
    try LiveStore.with { live in
      try live.run()
      // What a reader of cells might repair.
      let cells = try FileManager.default.subpathsOfDirectory(atPath: live.folder.path)
        .first { $0.hasPrefix("cells/") && $0.hasSuffix(".json") }
      try Data("damaged".utf8).write(to: live.folder.appendingPathComponent(try #require(cells)))
      let before = try live.contents()
      let run = try live.watched()
      for _ in 0..<2 {
        _ = try run.state([:])
        for point in 0..<4 {
          let query = ["run": run.id, "point": String(point)]
          _ = try run.log(query)
          _ = try run.samples(query)
          _ = try run.table(query)
        }
      }
      #expect(try live.contents() == before)
    }
  }
}
