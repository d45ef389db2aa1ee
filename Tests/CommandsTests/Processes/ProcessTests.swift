import Foundation
import PipelineCore
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(120)))
struct `The program` {
  private let run = ["run", "pipelines/small.yaml"]

  @Test func `runs, shows its table, and is then all hits`() throws {
    try withProject { folder in
      let first = try LaconicProcess.run(run, in: folder)
      #expect(first.status == 0, "\(first.errors)")
      #expect(first.output.contains("accuracy"))
      #expect(!first.output.contains("\u{1B}"))
      #expect(first.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
      let markdown = folder.appendingPathComponent("artifacts/reports/small/table.md")
      #expect(try String(contentsOf: markdown, encoding: .utf8).contains("| rl"))

      let plan = try LaconicProcess.run(["plan", "pipelines/small.yaml"], in: folder)
      #expect(plan.output.contains("5 points: 5 hit"))
      let second = try LaconicProcess.run(run, in: folder)
      #expect(second.output == first.output)
      #expect(!second.errors.contains("started"))
    }
  }

  @Test func `asked to stop saves, exits 75 and goes on`() throws {
    try withProject { folder in
      let process = try LaconicProcess(run + ["--set", "base.train.max_steps=100000"], in: folder)
      var seen = ""
      let hasProgress = eventually {
        let runs = folder.appendingPathComponent("artifacts/runs")
        let files = (try? FileManager.default.contentsOfDirectory(atPath: runs.path)) ?? []
        if let live = files.first(where: { $0.hasSuffix(".progress.json") }) {
          seen = (try? String(contentsOf: runs.appendingPathComponent(live), encoding: .utf8)) ?? ""
        }
        return seen.contains("\"step\"")
      }
      #expect(hasProgress)
      let status = try LaconicProcess.run(["status"], in: folder)
      #expect(status.output.contains("running"))
      process.process.terminate()
      #expect(try process.wait().status == 75)
      let plan = try LaconicProcess.run(
        ["plan", "pipelines/small.yaml", "--set", "base.train.max_steps=100000"], in: folder)
      #expect(plan.output.contains("resume@"))
    }
  }

  @Test func `a bad pipeline exits 2 with every mistake in its place`() throws {
    try withProject { folder in
      let text =
        smallPipeline
        .replacingOccurrences(of: "learning_rate: 5e-3", with: "lr: 5e-3")
        .replacingOccurrences(of: "kind: eval", with: "kind: evla")
        .replacingOccurrences(
          of: "num_generations: 4, max_new_tokens: 48}\n    reward",
          with: "num_generations: 4.5, max_new_tokens: 48}\n    reward")
      try Data(text.utf8).write(to: folder.appendingPathComponent("pipelines/bad.yaml"))
      let outcome = try LaconicProcess.run(["validate", "pipelines/bad.yaml"], in: folder)
      #expect(outcome.status == 2)
      #expect(outcome.errors.contains("pipelines/bad.yaml:15:13: error: unknown field 'lr'"))
      #expect(outcome.errors.contains("learning_rate"))
      #expect(outcome.errors.contains("did you mean 'eval'?"))
      #expect(outcome.errors.contains("whole number"))
      #expect(!FileManager.default.fileExists(atPath: folder.path + "/artifacts"))
    }
  }

  @Test func `a file that is not there exits 2 in one line`() throws {
    try withProject { folder in
      let outcome = try LaconicProcess.run(["run", "nowhere.yaml"], in: folder)
      #expect(outcome.status == 2)
      #expect(outcome.errors == "laconic: cannot read 'nowhere.yaml': it does not exist\n")
    }
  }

  @Test func `exports a model that a pipeline can start from`() throws {
    try withProject { folder in
      #expect(try LaconicProcess.run(run, in: folder).status == 0)
      let export = try LaconicProcess.run(["export", "latest", "rl", "model"], in: folder)
      #expect(export.status == 0, "\(export.errors)")
      let files = try FileManager.default.contentsOfDirectory(
        atPath: folder.appendingPathComponent("model").path)
      #expect(files.contains("model.safetensors") && files.contains("config.json"))
      let again = try LaconicProcess.run(
        [
          "run", "pipelines/small.yaml", "--set", "eval.inputs.policy={checkpoint: ../model}",
        ], in: folder)
      #expect(again.status == 0, "\(again.errors)")
      #expect(try LaconicProcess.run(["export", "latest", "rl", "model"], in: folder).status == 1)
    }
  }
}

@Suite(.timeLimit(.minutes(120)))
struct `The program's surroundings` {
  @Test func `a reader that goes away does not kill the run`() throws {
    try withProject { folder in
      _ = try shell("\"$LACONIC\" run pipelines/small.yaml 2>&1 | head -n 1 >/dev/null", in: folder)
      // The shell waits only for `head`, so the run may still be going on.
      var state = ""
      let isDone = try eventually {
        state = try LaconicProcess.run(["status"], in: folder).output
        return state.contains("  done  ")
      }
      #expect(isDone)
      #expect(state.contains("  done  5 of 5 done"))
    }
  }

  @Test func `closed streams do not reach the store`() throws {
    try withProject { folder in
      let status = try shell("exec >&- 2>&-; \"$LACONIC\" run pipelines/small.yaml", in: folder)
        .status
      #expect(status == 0)
      let look = try LaconicProcess.run(["status"], in: folder)
      #expect(look.output.contains("5 of 5 done"), "\(look.errors)")
    }
  }

  @Test func `a slash in a swept value stays in the file's name`() throws {
    try withProject { folder in
      let outcome = try LaconicProcess.run(
        [
          "run", "pipelines/small.yaml", "--set", "sweep.grid.table.title=[../../a, b]",
          "--set", "base.train.max_steps=2", "--set", "rl.train.max_steps=1",
        ], in: folder)
      #expect(outcome.status == 0, "\(outcome.errors)")
      let reports = try FileManager.default.contentsOfDirectory(
        atPath: folder.appendingPathComponent("artifacts/reports/small").path)
      #expect(reports.contains("table[title=..%2F..%2Fa].md"))
    }
  }

  @Test func `a run can be told as a log`() throws {
    try withProject { folder in
      let outcome = try LaconicProcess.run(
        ["run", "pipelines/small.yaml", "--log-level", "debug"], in: folder)
      #expect(outcome.status == 0)
      #expect(outcome.errors.contains("info laconic"))
      #expect(outcome.errors.contains("point=base"))
      #expect(outcome.errors.contains("outcome=done"))
    }
  }

  @Test func `looking writes nothing`() throws {
    try withProject { folder in
      for arguments in [["plan", "pipelines/small.yaml"], ["status"], ["status", "--list"]] {
        _ = try LaconicProcess.run(arguments, in: folder)
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/artifacts"))
      }
    }
  }

  @Test func `a pipeline may come through a pipe`() throws {
    try withProject { folder in
      let status = try shell(
        "cat pipelines/small.yaml | \"$LACONIC\" validate /dev/stdin >out.txt 2>&1", in: folder
      ).status
      #expect(status == 0)
    }
  }
}
