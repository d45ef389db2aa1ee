import Foundation
import PipelineCore
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(120)))
struct `Planning from the command line` {
  private let file = "pipelines/small.yaml"

  /// Overrides with which the pipeline runs in a moment.
  private let tiny = [
    "--set", "base.train.max_steps=4", "--set", "rl.train.max_steps=2",
    "--set", "rl.train.prompts_per_step=2",
  ]

  private struct Document: Decodable {
    struct Point: Decodable {
      var address: String
      var state: String
      var key: String?
      var cost: [String: Double]?
    }
    var points: [Point]
    var set: [String]
  }

  @Test func `tells the cost in bounds and estimates, and a time once it was measured`() throws {
    try withProject { folder in
      let first = try LaconicProcess.run(["plan", file] + tiny, in: folder)
      #expect(first.status == 0, "\(first.errors)")
      // The base has 4 updates of 8 prompts; RL has 2 * 2 updates, and 2 * 2 prompts with 4
      // responses of 48 tokens.
      #expect(first.output.contains("base      after problems  4 updates, 32 prompts, ~ "))
      #expect(first.output.contains("16 responses, ≤ 768 tokens, ~ "))
      #expect(first.output.contains("160 responses, ≤ 7.68k tokens, ≤ "))
      #expect(first.output.contains("  at worst  8 updates, "))
      #expect(first.output.contains("per checkpoint; a running stage keeps two"))
      #expect(first.output.contains("  time      unknown: no similar work was measured here yet"))
      #expect(!FileManager.default.fileExists(atPath: folder.path + "/artifacts"))

      #expect(try LaconicProcess.run(["run", file] + tiny, in: folder).status == 0)
      let hits = try LaconicProcess.run(["plan", file] + tiny, in: folder)
      #expect(hits.output.contains("5 points: 5 hit"))
      #expect(!hits.output.contains("at worst"))

      let longer = try LaconicProcess.run(
        ["plan", file] + tiny + ["--set", "base.train.max_steps=8"], in: folder)
      #expect(longer.output.contains("train.max_steps: 4 → 8"))
      #expect(longer.output.contains("(against record "))
      #expect(longer.output.contains("  time      ~ "))
      for text in [first.output, hits.output, longer.output] {
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(text)")
      }
    }
  }

  @Test func `prints as JSON what a program would want to know`() throws {
    try withProject { folder in
      let outcome = try LaconicProcess.run(["plan", file, "--json"] + tiny, in: folder)
      let plan = try JSONDecoder().decode(Document.self, from: Data(outcome.output.utf8))
      #expect(plan.points.map(\.address) == ["problems", "base", "rl", "eval", "table"])
      #expect(plan.points.map(\.state) == ["miss", "waits", "waits", "waits", "waits"])
      #expect(plan.points[0].key?.count == 64)
      #expect(plan.points[1].cost?["optimizer_steps"] == 4)
      #expect(plan.points[2].cost?["max_generated_tokens"] == 768)
      #expect(plan.points[3].cost?["artifact_bytes_at_most"] ?? 0 > 0)
      #expect(
        plan.set == [
          "base.train.max_steps=4", "rl.train.max_steps=2", "rl.train.prompts_per_step=2",
        ])
    }
  }

  @Test func `a plan of a stage shows what it needs and what is left out, and runs as that`() throws
  {
    try withProject { folder in
      let outcome = try LaconicProcess.run(
        ["plan", file, "base", "--output", "plan.json"] + tiny, in: folder)
      #expect(outcome.output.hasPrefix("small: 2 points: 1 to run, 1 waiting\n"))
      #expect(outcome.output.contains("\n  left out: rl, eval, table\n"))
      let run = try LaconicProcess.run(["run", "--plan", "plan.json"], in: folder)
      #expect(run.status == 0, "\(run.errors)")
      let store = Store(readOnly: folder.appendingPathComponent("artifacts"))
      #expect(try store.run("latest").points.map(\.address) == ["problems", "base"])
      let wrong = try LaconicProcess.run(["plan", file, "bsae"], in: folder)
      #expect(wrong.status == 2)
      #expect(
        wrong.errors == "laconic: unknown stage 'bsae' in the pipeline; did you mean 'base'?\n")
    }
  }

  @Test func `a saved plan may be run again when it was stopped, was killed or is done`() throws {
    try withProject { folder in
      let saved = try LaconicProcess.run(
        ["plan", file, "--output", "plan.json"] + tiny, in: folder)
      #expect(saved.status == 0, "\(saved.errors)")
      #expect(saved.errors == "wrote plan.json\n")
      // The plan works from another folder, since it contains the paths of the pipeline and the
      // store.
      let elsewhere = folder.appendingPathComponent("elsewhere")
      try FileManager.default.createDirectory(at: elsewhere, withIntermediateDirectories: true)
      let run = try LaconicProcess.run(["run", "--plan", "../plan.json"], in: elsewhere)
      #expect(run.status == 0, "\(run.errors)")
      #expect(run.output.contains("accuracy"))
      let plan = try LaconicProcess.run(["plan", file] + tiny, in: folder)
      #expect(plan.output.contains("5 points: 5 hit"))

      let again = try LaconicProcess.run(["run", "--plan", "plan.json"], in: folder)
      #expect(again.status == 0, "\(again.errors)")
      #expect(again.output == run.output)

      // The plan is run, stopped or killed, and run again, as a cluster's queue would do.
      let long = ["--set", "base.train.max_steps=100000"]
      _ = try LaconicProcess.run(["plan", file, "--output", "long.json"] + long, in: folder)
      let resume = ["run", "--plan", "long.json", "--checkpoint-every-steps", "1"]
      for signal in [SIGTERM, SIGKILL, SIGTERM] {
        let process = try LaconicProcess(resume, in: folder)
        let store = Store(readOnly: folder.appendingPathComponent("artifacts"))
        func isAtWork() -> Bool {
          let points = (try? store.run("latest"))?.points ?? []
          return points.contains { $0.stage == "base" && $0.progress != nil && $0.outcome == nil }
        }
        #expect(eventually { isAtWork() || !process.process.isRunning })
        #expect(process.process.isRunning)
        kill(process.process.processIdentifier, signal)
        let outcome = try process.wait()
        #expect(!outcome.errors.contains("stale"), "\(outcome.errors)")
        #expect(outcome.status == (signal == SIGKILL ? SIGKILL : 75))
      }
    }
  }

  @Test func `a plan whose pipeline has changed is refused, and nothing is touched`() throws {
    try withProject { folder in
      let place = folder.appendingPathComponent(file)
      let text = try String(contentsOf: place, encoding: .utf8)
      _ = try LaconicProcess.run(["plan", file, "--output", "plan.json"], in: folder)
      func refusal() throws -> LaconicProcess.Outcome {
        try LaconicProcess.run(["run", "--plan", "plan.json"], in: folder)
      }
      try Data(text.replacingOccurrences(of: "max_steps: 80", with: "max_steps: 81").utf8)
        .write(to: place)
      let changed = try refusal()
      #expect(changed.status == 1)
      #expect(
        changed.errors.contains("stale: base: train.max_steps was 80 in the plan and is 81 now"))
      #expect(!FileManager.default.fileExists(atPath: folder.path + "/artifacts"))

      // A changed comment does not make the plan stale: the run only fails because of the store.
      try Data(("# a remark\n" + text).utf8).write(to: place)
      try Data().write(to: folder.appendingPathComponent("artifacts"))
      #expect(try !refusal().errors.contains("stale"))
      try FileManager.default.removeItem(at: folder.appendingPathComponent("artifacts"))

      // The new path of a moved pipeline can be given.
      let moved = folder.appendingPathComponent("moved.yaml")
      try FileManager.default.moveItem(at: place, to: moved)
      #expect(try refusal().status == 2)
      try Data(text.replacingOccurrences(of: "name: small", with: "name: other").utf8)
        .write(to: moved)
      let renamed = try LaconicProcess.run(
        ["run", "moved.yaml", "--plan", "plan.json"], in: folder)
      #expect(renamed.status == 1)
      #expect(renamed.errors.contains("the pipeline's name was small in the plan and is other now"))

      for bad in ["", "not JSON", "{\"format\": 2}"] {
        try Data(bad.utf8).write(to: folder.appendingPathComponent("plan.json"))
        let outcome = try refusal()
        #expect(outcome.status == 2)
        #expect(outcome.errors.hasPrefix("laconic: cannot read the plan 'plan.json': "))
      }
      #expect(try LaconicProcess.run(["run", "--plan", "nowhere.json"], in: folder).status == 2)
    }
  }
}

@Suite(.timeLimit(.minutes(120)))
struct `Explaining a key` {
  private struct Document: Decodable {
    struct Line: Decodable {
      var path: String
      var text: String
    }
    var address: String
    var state: String
    var key: String?
    var canonical: String?
    var lines: [Line]
  }

  private let file = "pipelines/small.yaml"

  @Test func `prints the bytes whose digest is the key of the record`() throws {
    try withProject { folder in
      #expect(
        try LaconicProcess.run(
          [
            "run", file, "--set", "base.train.max_steps=2", "--set", "rl.train.max_steps=1",
          ], in: folder
        ).status == 0)
      let store = Store(readOnly: folder.appendingPathComponent("artifacts"))
      let made = try store.run("latest").points
      for stage in ["problems", "base", "rl", "eval", "table"] {
        let outcome = try LaconicProcess.run(
          [
            "explain", file, stage, "--json", "--set", "base.train.max_steps=2",
            "--set", "rl.train.max_steps=1",
          ], in: folder)
        let document = try JSONDecoder().decode(Document.self, from: Data(outcome.output.utf8))
        let canonical = try #require(document.canonical)
        let bytes = try #require(Data(base64Encoded: canonical))
        #expect(ContentDigest.hex(of: bytes) == document.key)
        #expect(document.key == made.first { $0.address == stage }?.key)
        #expect(document.state == "hit")
        let key = try #require(document.key)
        let record = try #require(try store.record(key))
        #expect(document.lines.map(\.path) == record.preimage.map(\.path))
        #expect(document.lines.map(\.text) == record.preimage.map(\.text))
      }
    }
  }

  @Test func `names points, lists several, and answers a wrong name`() throws {
    try withProject { folder in
      let swept = ["--set", "seeds=[0, 1]"]
      let several = try LaconicProcess.run(["explain", file, "rl"] + swept, in: folder)
      #expect(several.status == 0)
      #expect(
        several.output.contains("'rl' has 2 points; explain one of them:\n  rl[seed=0]  waits"))
      let one = try LaconicProcess.run(["explain", file, "rl[seed=1]"] + swept, in: folder)
      #expect(one.output.contains("pipeline.seed "))
      #expect(one.output.contains("not made yet: policy (base[seed=1]), problems (problems)"))
      let all = try LaconicProcess.run(["explain", file, "rl", "--json"] + swept, in: folder)
      let documents = try JSONDecoder().decode([Document].self, from: Data(all.output.utf8))
      #expect(documents.map(\.address) == ["rl[seed=0]", "rl[seed=1]"])
      #expect(documents.allSatisfy { $0.key == nil && $0.canonical == nil })

      let wrong = try LaconicProcess.run(["explain", file, "bsae"], in: folder)
      #expect(wrong.status == 2)
      #expect(wrong.errors.contains("unknown stage 'bsae' in the pipeline; did you mean 'base'?"))
      let address = try LaconicProcess.run(["explain", file, "rl[seed=7]"] + swept, in: folder)
      #expect(address.status == 2)
      #expect(
        address.errors.contains(
          "unknown point 'rl[seed=7]' in the pipeline; expected one of rl[seed=0], rl[seed=1]"))
      for text in [several.output, one.output] {
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })
      }
    }
  }
}
