import Foundation
import PipelineCore
import TestSupport
import Testing

/// Tests the built program under signals, time limits, full disks and edits.
@Suite(.timeLimit(.minutes(120)))
struct `A run that is disturbed` {
  private let run = ["run", "pipelines/small.yaml"]
  /// Overrides that make the first step take half a minute or more.
  private let slow = [
    "--set", "base.train.max_steps=100000", "--set", "base.train.prompts_per_step=4000",
    "--set", "base.model.hidden_size=256", "--set", "base.model.intermediate_size=1024",
  ]

  /// Waits until a condition is true; fails the test if that takes too long.
  private func wait(until isTrue: () throws -> Bool) throws {
    if try !eventually(isTrue) { Issue.record("it did not happen") }
  }

  private func record(_ folder: URL) -> RunRecord? {
    try? Store(readOnly: folder.appendingPathComponent("artifacts")).run("latest")
  }

  private func hasBegun(_ stage: String, _ folder: URL) -> Bool {
    record(folder)?.points.first { $0.stage == stage }?.progress != nil
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
  func `a signal saves and exits 75`(_ signal: Int32) throws {
    try withProject { folder in
      let process = try LaconicProcess(
        run + ["--set", "base.train.max_steps=100000"], in: folder)
      try wait { hasBegun("base", folder) }
      kill(process.process.processIdentifier, signal)
      let outcome = try process.wait()
      #expect(outcome.status == 75)
      #expect(outcome.errors.contains("base: stopped, saved at "))
      guard
        case .stopped(let step?) = record(folder)?.points.first(where: { $0.stage == "base" })?
          .outcome
      else {
        Issue.record("base was not stopped")
        return
      }
      let plan = try LaconicProcess.run(
        ["plan", "pipelines/small.yaml", "--set", "base.train.max_steps=100000"], in: folder)
      #expect(plan.output.contains("resume@\(step)"))
    }
  }

  @Test func `a second interrupt ends at once with 130`() throws {
    try withProject { folder in
      let process = try LaconicProcess(run + slow, in: folder)
      try wait { record(folder)?.points.first { $0.stage == "base" }?.started != nil }
      process.interrupt()
      process.interrupt()
      #expect(try process.wait().status == 130)
    }
  }

  @Test func `a time limit saves, exits 75, and the next run goes on`() throws {
    try withProject { folder in
      // The time limit is doubled until training has begun before it ends.
      func stopped(saying sentence: String) throws -> Bool {
        for seconds in [1, 2, 4, 8, 16, 32, 64] {
          let outcome = try LaconicProcess.run(
            run + ["--set", "base.train.max_steps=100000", "--max-time", "\(seconds)s"],
            in: folder)
          #expect(outcome.status == 75, "\(outcome.errors)")
          if outcome.errors.contains(sentence) { return true }
        }
        return false
      }
      let isSaved = try stopped(saying: "base: stopped, saved at ")
      let goesOn = try stopped(saying: "base: started, resuming at ")
      #expect(isSaved && goesOn)
    }
  }

  @Test func `an edit of the file leaves what is at work alone`() throws {
    let expected = try withProject { folder -> [String?]? in
      let whole = try LaconicProcess.run(run, in: folder)
      #expect(whole.status == 0)
      return record(folder)?.points.map(\.artifact)
    }
    try withProject { folder in
      let process = try LaconicProcess(run, in: folder)
      try wait { record(folder)?.points.first { $0.stage == "base" }?.started != nil }
      let file = folder.appendingPathComponent("pipelines/small.yaml")
      try Data("version: 7\nstages: {rl: gone".utf8).write(to: file)
      #expect(try process.wait().status == 0)
      #expect(record(folder)?.points.map(\.artifact) == expected)
    }
  }

  @Test func `a limit on the size of files is one clear line and loses nothing`() throws {
    try withProject { folder in
      let program: URL = try #require(LaconicProcess.program)
      let shell = Process()
      shell.executableURL = URL(fileURLWithPath: "/bin/sh")
      // The limit is in blocks of 512 or 1024 bytes: the weights exceed it, the problems and the
      // log do not.
      shell.arguments = [
        "-c", "ulimit -f 60; exec \"$0\" run pipelines/small.yaml 2>errors.txt", program.path,
      ]
      shell.currentDirectoryURL = folder
      try shell.run()
      shell.waitUntilExit()
      #expect(shell.terminationReason == .exit)
      #expect(shell.terminationStatus == 1)
      let errors = try String(
        contentsOf: folder.appendingPathComponent("errors.txt"), encoding: .utf8)
      let lines = errors.split(separator: "\n").filter { $0.contains("failed") }
      #expect(lines.first?.hasPrefix("base: failed: could not write '") == true, "\(errors)")
      #expect(lines.first?.contains("file too large") == true, "\(errors)")
      let after = try LaconicProcess.run(run, in: folder)
      #expect(after.status == 0, "\(after.errors)")
      #expect(record(folder)?.points[0].outcome == .hit)
    }
  }

  @Test func `a second run waits for the first, says for whom, and takes over from the dead`()
    throws
  {
    try withProject { folder in
      // The first run is still training when it is stopped, however late that is.
      let long =
        run + [
          "--set", "base.train.max_steps=100000", "--checkpoint-every-steps", "20",
        ]
      let first = try LaconicProcess(long, in: folder)
      try wait { hasBegun("base", folder) }
      // The stopped process keeps its lease but makes no progress.
      kill(first.process.processIdentifier, SIGSTOP)
      let holder = "process \(first.process.processIdentifier) on "
      let second = try LaconicProcess(long, in: folder)
      try wait {
        try LaconicProcess.run(["status"], in: folder).output.contains("waiting for \(holder)")
      }
      kill(first.process.processIdentifier, SIGKILL)
      _ = try first.wait()
      let identifier = second.process.processIdentifier
      try wait { record(folder)?.process == identifier && hasBegun("base", folder) }
      kill(identifier, SIGTERM)
      let outcome = try second.wait()
      #expect(outcome.status == 75, "\(outcome.errors)")
      #expect(outcome.errors.contains("note: base: waiting for \(holder)"))
      #expect(outcome.errors.contains("note: base: taken over from \(holder)"))
    }
  }
}
