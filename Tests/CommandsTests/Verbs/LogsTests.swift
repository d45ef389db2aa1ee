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
      // A header above every forty rows.
      #expect(lines.count == 82)
      #expect(lines[0].split(separator: " ").prefix(2) == ["step", "loss"])
      #expect(lines[1].split(separator: " ").first == "1")
      #expect(lines[41] == lines[0])
      #expect(Set(lines.map(\.count)).count == 1)
      #expect(!base.output.contains("{"))
      let all = try LaconicProcess.run(["logs", "latest", "--json"], in: folder)
      #expect(steps(all.output) == Array(1...80) + Array(1...5))
      let both = try LaconicProcess.run(["logs"], in: folder)
      #expect(both.output.contains("\n\nbase\nstep  "))
      #expect(both.output.contains("\n\nrl\n"))
      #expect(both.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
      let drawn = try LaconicProcess.run(["logs", "eval"], in: folder).output
        .split(separator: "\n")
      #expect(drawn.count == 4)
      #expect(drawn[0].trimmingCharacters(in: .whitespaces) == "completions/   completions/")
      #expect(drawn[1].hasPrefix("problems  accuracy   mean_length  clipped_ratio  num_tokens"))
      #expect(drawn[2].hasPrefix("      32  "))
      let none = try LaconicProcess.run(["logs", "table"], in: folder)
      #expect(none.status == 1)
      #expect(none.errors.hasPrefix("laconic: 'table' has no log, since its kind is 'table'"))
      let wrong = try LaconicProcess.run(["logs", "latest", "bse"], in: folder)
      #expect(wrong.status == 1)
      #expect(wrong.errors.contains("; did you mean 'base'?"))
    }
  }

  @Test func `are shown in the columns that were chosen, and as CSV with every digit`() throws {
    try withProject { folder in
      #expect(try LaconicProcess.run(run, in: folder).status == 0)
      let chosen = try LaconicProcess.run(
        ["logs", "rl", "--columns", "step,completions/m*_length"], in: folder)
      #expect(chosen.status == 0, "\(chosen.errors)")
      let header = chosen.output.split(separator: "\n").prefix(2).map {
        $0.split(separator: " ").map(String.init)
      }
      #expect(header[0] == Array(repeating: "completions/", count: header[0].count))
      #expect(header[1].starts(with: ["step", "mean_length", "min_length", "max_length"]))
      let csv = try LaconicProcess.run(
        ["logs", "--csv", "--columns", "step,loss,kl"], in: folder
      ).output.split(separator: "\n")
      #expect(csv.count == 1 + 80 + 5 + 2)
      #expect(csv[0] == "stage,step,loss,kl")
      #expect(csv[1].hasPrefix("base,1,") && csv[1].hasSuffix(","))
      #expect(csv[81].hasPrefix("rl,1,"))
      let stored = try LaconicProcess.run(["logs", "base", "--json"], in: folder).output
      let loss = try #require(stored.firstMatch(of: /"loss":([^,]*),/)).1
      #expect(csv[1] == "base,1,\(loss),")
      let json = try LaconicProcess.run(
        ["logs", "base", "--json", "--columns", "loss,step"], in: folder)
      #expect(json.output.hasPrefix("{\"loss\":\(loss),\"step\":1}\n"))
    }
  }

  @Test func `have no column of an unknown name`() throws {
    try withProject { folder in
      #expect(try LaconicProcess.run(run, in: folder).status == 0)
      let unknown = try LaconicProcess.run(["logs", "rl", "--columns", "step,rewrd"], in: folder)
      #expect(unknown.status == 64)
      #expect(unknown.output.isEmpty)
      #expect(unknown.errors.contains("unknown column 'rewrd'; did you mean 'reward'?"))
      for arguments in [["--columns", "step,,loss"], ["--columns", ""], ["--csv", "--json"]] {
        #expect(try LaconicProcess.run(["logs", "rl"] + arguments, in: folder).status == 64)
      }
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
