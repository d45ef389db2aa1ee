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
