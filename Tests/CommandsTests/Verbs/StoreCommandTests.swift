import Commands
import Foundation
import PipelineCore
import Testing

/// Tests `gc`, `pin`, `verify` and `export` as a user calls them.
@Suite(.timeLimit(.minutes(120))) struct StoreCommandTests {
  private let run = ["run", "pipelines/small.yaml"]
  private let shorter = ["run", "pipelines/small.yaml", "--set", "rl.train.max_steps=4"]

  @Test func `a run is pinned, collected around, verified and found changed`() throws {
    try withProject { folder in
      func laconic(_ arguments: String...) throws -> LaconicProcess.Outcome {
        try LaconicProcess.run(arguments, in: folder)
      }
      #expect(try LaconicProcess.run(shorter, in: folder).status == 0)
      let store = Store(readOnly: folder.appendingPathComponent("artifacts"))
      let first = try store.run("latest")
      #expect(first.build?.count == 64)
      #expect(try laconic("pin", "latest").output == "pinned \(first.id)\n")
      #expect(try laconic("pin", "--list").output.hasPrefix("\(first.id)  small  done"))
      #expect(try LaconicProcess.run(run, in: folder).status == 0)

      let dry = try laconic("gc", "--keep-runs", "1", "--dry-run")
      #expect(dry.status == 0)
      #expect(dry.output.contains("would keep 8 results, 2 runs"))
      #expect(try laconic("unpin", first.id).status == 0)
      let collected = try laconic("gc", "--keep-runs", "1")
      #expect(collected.output.hasPrefix("removed 3 results"), "\(collected.output)")
      #expect(collected.output.contains("kept 5 results, 1 run: "))
      #expect(try laconic("gc", "--keep-runs", "1").output.hasPrefix("nothing to remove\n"))

      let verified = try laconic("verify", "latest", "-j", "2")
      #expect(verified.status == 0, "\(verified.errors)")
      #expect(verified.output.hasSuffix("5 of 5 the same\n"))
      #expect(try laconic("verify", "latest", "--rehash").status == 0)

      // One byte of the model is changed, as a failing disk does.
      let run = try store.run("latest")
      let model = try #require(run.points.first { $0.address == "rl" }?.artifact)
      let weights = try #require(
        try store.artifact(model).manifest.files.first { $0.path == "model.safetensors" })
      let blob = folder.appendingPathComponent(
        "artifacts/objects/\(weights.digest.prefix(2))/\(weights.digest.dropFirst(2))")
      var bytes = try Data(contentsOf: blob)
      bytes[bytes.count - 1] ^= 1
      try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: blob.path)
      try bytes.write(to: blob)
      let damaged = try laconic("verify", "latest", "rl", "--rehash")
      #expect(damaged.status == 4)
      #expect(damaged.output.contains("rl  differs: '"))
      #expect(damaged.output.contains("is damaged: its digest should be"))
      #expect(try laconic("export", "latest", "rl", "model").status == 1)
      // Recomputed, the model has the digest that the run recorded.
      #expect(try laconic("verify", "latest", "rl").status == 0)
    }
  }

  @Test func `notes and tags find runs again and change nothing`() throws {
    try withProject { folder in
      func laconic(_ arguments: String...) throws -> LaconicProcess.Outcome {
        try LaconicProcess.run(arguments, in: folder)
      }
      let smallest =
        ["run", "pipelines/small.yaml", "--set", "rl=null", "--set", "eval=null"]
        + ["--set", "table=null", "--set", "base=null"]
      let first = try LaconicProcess.run(
        smallest + ["--note", "the \u{1B}[31mfirst", "--tag", "paper", "--tag", "a.1"], in: folder)
      #expect(first.status == 0, "\(first.errors)")
      #expect(try LaconicProcess.run(smallest, in: folder).status == 0)
      let store = Store(readOnly: folder.appendingPathComponent("artifacts"))
      let (old, new) = (try store.run("tag:paper"), try store.run("latest"))
      #expect(old.id != new.id)
      #expect(old.points.map(\.key) == new.points.map(\.key))
      #expect(
        try laconic("status", "tag:paper").output.hasPrefix(
          "\(old.id)  small  done  1 of 1 done  [paper, a.1]\n  the \\u{1b}[31mfirst\n\n"))
      #expect(try laconic("tag", "latest", "paper", "paper").output == "\(new.id)  [paper]\n")
      #expect(try store.run("tag:paper").id == new.id)
      #expect(
        try laconic("status", "--tag", "paper", "--tag", "a.1").output
          == "\(old.id)  small  done  1 of 1 done  [paper, a.1]\n  the \\u{1b}[31mfirst\n")
      #expect(try laconic("status", "--tag", "paper").output.hasPrefix(new.id))
      #expect(
        try laconic("tag", old.id, "papr", "--remove").errors
          == "laconic: the run has no tag 'papr'; did you mean 'paper'?\n")
      #expect(
        try laconic("tag", old.id, "paper", "a.1", "--remove").output == "\(old.id)  no tags\n")
      #expect(try laconic("note", old.id, "--remove").output == "\(old.id)  without a note\n")
      #expect(
        try laconic("diff", "tag:papre", "latest").errors
          == "laconic: no run has the tag 'papre'; did you mean 'paper'?\n")
      #expect(try laconic("logs", "tag:paper").status == 0)
      let files = try FileManager.default.contentsOfDirectory(
        atPath: folder.path + "/artifacts/runs")
      #expect(files.filter { $0.hasSuffix(".labels.json") } == ["\(new.id).labels.json"])
    }
  }

  @Test func `a removed stage runs again, and only it`() throws {
    try withProject { folder in
      #expect(try LaconicProcess.run(shorter, in: folder).status == 0)
      func laconic(_ arguments: String...) throws -> LaconicProcess.Outcome {
        try LaconicProcess.run(arguments, in: folder)
      }
      let dry = try laconic("rm", "latest", "rl", "--dry-run")
      #expect(
        dry.output == """
          would remove rl: its result, 1 training state
          still there, made from what was removed: eval, table

          """)
      #expect(try laconic("rm", "latest", "r").errors.contains("unknown stage 'r'"))
      #expect(try laconic("rm", "latest", "rl").output.hasPrefix("removed rl: its result, "))
      #expect(
        try laconic("rm", "latest", "rl").output
          == "nothing to remove: the store has no result of 'rl' of this run\n")
      #expect(try LaconicProcess.run(shorter, in: folder).status == 0)
      let run = try Store(readOnly: folder.appendingPathComponent("artifacts")).run("latest")
      #expect(run.points.map { $0.outcome?.name } == ["hit", "hit", "ran", "hit", "hit"])
    }
  }

  @Test func `where there is no store none is made, and mistakes are one line`() throws {
    try withProject { folder in
      for (arguments, errors) in [
        (["pin", "latest"], "laconic: the store has no run yet\n"),
        (
          ["unpin", "latest"],
          "laconic: no pinned run begins with 'latest'; 'pin --list' shows them\n"
        ),
        (["verify", "latest"], "laconic: the store has no run yet\n"),
      ] {
        let outcome = try LaconicProcess.run(arguments, in: folder)
        #expect(outcome.status == 1)
        #expect(outcome.errors == errors)
      }
      #expect(
        try LaconicProcess.run(["gc", "--max-size", "1G"], in: folder).output
          == "nothing to remove\nkept nothing: 0 B\n")
      #expect(!FileManager.default.fileExists(atPath: folder.path + "/artifacts"))
    }
  }

  @Test func `verdicts are told a line a point`() {
    let verdicts = [
      Verdict(address: "base", finding: .same, keyChanges: []),
      Verdict(
        address: "rl[alpha=0.1]", finding: .differs(file: "log.jsonl", detail: "row 2"),
        keyChanges: [FieldChange(path: "kind.version", before: "1", now: "2")]),
      Verdict(address: "eval", finding: .follows("rl[alpha=0.1]"), keyChanges: []),
    ]
    #expect(
      Verify.text(of: verdicts) == """
        base           same
        rl[alpha=0.1]  differs in log.jsonl: row 2
          kind.version: was 1, is 2
        eval           not compared, since rl[alpha=0.1] differs
        1 of 3 the same
        """)
  }
}
