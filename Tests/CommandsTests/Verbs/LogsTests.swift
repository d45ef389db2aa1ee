import Commands
import Foundation
import PipelineCore
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(120)))
struct `The logs of a run` {
  private let run = ["run", "pipelines/small.yaml"]

  private func steps(_ text: String) -> [Int] {
    text.split(separator: "\n").compactMap { line in
      line.firstMatch(of: /"step": ?([0-9]+)/).flatMap { Int($0.1) }
    }
  }

  @Test func `are shown for a run, for a stage, and as they are stored`() throws {
    try withProject { folder in
      #expect(try LaconicProcess.run(["logs"], in: folder).status == 1)
      #expect(try LaconicProcess.run(run, in: folder).status == 0)
      let base = try LaconicProcess.run(["logs", "base"], in: folder)
      #expect(base.status == 0, "\(base.errors)")
      let lines = base.output.split(separator: "\n")
      #expect(lines.count == 80)
      #expect(lines[0].hasPrefix("step 1  loss "))
      #expect(!base.output.contains("{"))
      let all = try LaconicProcess.run(["logs", "latest", "--json"], in: folder)
      #expect(steps(all.output) == Array(1...80) + Array(1...5))
      let both = try LaconicProcess.run(["logs"], in: folder)
      #expect(both.output.contains("\nrl  step 5  "))
      let drawn = try LaconicProcess.run(["logs", "eval"], in: folder).output
        .split(separator: "\n")
      #expect(drawn.count == 2)
      #expect(drawn.first?.hasPrefix("problems 32  accuracy ") == true)
      #expect(drawn.last?.contains("completions/clipped_ratio ") == true)
      let none = try LaconicProcess.run(["logs", "table"], in: folder)
      #expect(none.status == 1)
      #expect(none.errors.hasPrefix("laconic: 'table' has no log, since its kind is 'table'"))
      let wrong = try LaconicProcess.run(["logs", "latest", "bse"], in: folder)
      #expect(wrong.status == 1)
      #expect(wrong.errors.contains("; did you mean 'base'?"))
    }
  }

  @Test func `can be followed from another process to the run's end`() throws {
    try withProject { folder in
      let process = try LaconicProcess(
        run + ["--set", "base.train.max_steps=400", "--checkpoint-every-steps", "50"], in: folder)
      #expect(try eventually { try LaconicProcess.run(["status"], in: folder).status == 0 })
      let follower = try LaconicProcess(["logs", "base", "--json", "-f"], in: folder)
      let outcome = try follower.wait()
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(steps(outcome.output) == Array(1...400))
      #expect(try process.wait().status == 0)
    }
  }

  @Test func `survive a kill without gap or repeat`() throws {
    try withProject { folder in
      let arguments =
        run + ["--set", "base.train.max_steps=300", "--checkpoint-every-steps", "40"]
      let process = try LaconicProcess(arguments, in: folder)
      // The steps that `logs` showed before the run was killed.
      var before: [Int] = []
      let isSeen = try eventually {
        before = steps(try LaconicProcess.run(["logs", "base", "--json"], in: folder).output)
        return before.count >= 60
      }
      #expect(isSeen)
      kill(process.process.processIdentifier, SIGKILL)
      _ = try process.wait()
      #expect(before == Array(1...before.count))
      let died = try LaconicProcess.run(["logs", "base", "--json", "-f"], in: folder)
      #expect(died.status == 0)
      #expect(steps(died.output).starts(with: before))
      #expect(try LaconicProcess.run(arguments, in: folder).status == 0)
      let after = try LaconicProcess.run(["logs", "base", "--json"], in: folder)
      #expect(steps(after.output) == Array(1...300))
      #expect(after.output.hasPrefix(died.output))
    }
  }

  @Test func `are left by Ctrl-C as if nothing had happened`() throws {
    try withProject { folder in
      let process = try LaconicProcess(
        run + ["--set", "base.train.max_steps=100000"], in: folder)
      #expect(try eventually { try LaconicProcess.run(["status"], in: folder).status == 0 })
      let follower = try LaconicProcess(["logs", "-f"], in: folder)
      // The command has shown some lines, and keeps following.
      #expect(eventually { follower.outputSoFar.contains("step ") })
      #expect(follower.process.isRunning)
      kill(follower.process.processIdentifier, SIGINT)
      let outcome = try follower.wait()
      #expect(follower.process.terminationReason == .exit)
      #expect(outcome.status == 0)
      #expect(outcome.errors.isEmpty)
      process.process.terminate()
      #expect(try process.wait().status == 75)
    }
  }
}

@Suite struct LogRowTests {
  @Test(arguments: [
    (
      #"{"step": 34, "loss": 0.41234567, "num_tokens": 1234.0, "lr": 0.000042134}"#,
      "step 34  loss 0.4123  num_tokens 1234  lr 4.213e-05"
    ),
    (
      #"{"step":1,"reward":-12.3456,"kl":0,"big":123456789.5,"small":0.00012345}"#,
      "step 1  reward -12.35  kl 0  big 123456789.5  small 0.000123"
    ),
    (#"{"step": 2, "note": "a b", "none": null}"#, "step 2  note a b  none null"),
    ("epoch 1: loss 0.3", "epoch 1: loss 0.3"), ("{}", "{}"), ("", ""),
  ])
  func `figures are cut to what is read`(_ line: String, _ text: String) {
    #expect(LogRow.text(of: line) == text)
  }
}
