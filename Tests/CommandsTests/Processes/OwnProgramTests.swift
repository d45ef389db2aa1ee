import Foundation
import PipelineCore
import TestSupport
import Testing

/// Pipelines with programs and files of the user, run from the command line.
@Suite(.timeLimit(.minutes(120))) struct `A pipeline with a program` {
  private static let yaml = """
    version: 1
    name: own
    stages:
      made:
        kind: command
        inputs: {script: {file: make.sh}}
        command: [sh, "{inputs.script}"]
        outputs: [made.txt]
        env: [PATH, HOME]
    """

  /// Ends at once if `HOME/go` exists; otherwise starts a child, writes its process id to
  /// `HOME/child`, and waits for it.
  private static let script = """
    if test -f "$HOME/go"; then echo done >output/made.txt; exit 0; fi
    sleep 300 & echo $! >"$HOME/child.new"; mv "$HOME/child.new" "$HOME/child"; wait
    """

  private func with(_ body: (URL) throws -> Void) throws {
    try withProject { folder in
      let pipelines = folder.appendingPathComponent("pipelines")
      try Data(Self.yaml.utf8).write(to: pipelines.appendingPathComponent("own.yaml"))
      try Data(Self.script.utf8).write(to: pipelines.appendingPathComponent("make.sh"))
      try body(folder)
    }
  }

  private func laconic(_ arguments: String, in folder: URL) throws -> LaconicProcess {
    try LaconicProcess(
      arguments.split(separator: " ").map(String.init), in: folder,
      environment: ["HOME": folder.path])
  }

  /// The child process that the script has started, as soon as it exists.
  private func child(in folder: URL) throws -> pid_t {
    let file = folder.appendingPathComponent("child")
    var id: pid_t?
    let hasStarted = eventually {
      let text = try? String(contentsOf: file, encoding: .utf8)
      id = text.flatMap { pid_t($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
      return id != nil
    }
    #expect(hasStarted)
    try FileManager.default.removeItem(at: file)
    return try #require(id)
  }

  private func isGone(_ id: pid_t) -> Bool {
    eventually {
      let status = (try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8)) ?? ""
      return status.isEmpty || status.contains(") Z ")
    }
  }

  @Test func `runs only with --allow-exec, and is marked wherever it shows`() throws {
    try with { folder in
      try Data().write(to: folder.appendingPathComponent("go"))
      let refused = try laconic("run pipelines/own.yaml", in: folder).wait()
      #expect(refused.status == 2)
      #expect(
        refused.errors == "laconic: 'made' runs a program, 'sh'; nothing was run: "
          + "add --allow-exec if you trust this pipeline\n")
      #expect(try laconic("validate pipelines/own.yaml", in: folder).wait().status == 0)
      let plan = try laconic("plan pipelines/own.yaml", in: folder).wait()
      #expect(plan.status == 0)
      #expect(plan.output.contains("runs a program"))
      let ran = try laconic("run pipelines/own.yaml --allow-exec", in: folder).wait()
      #expect(ran.status == 0, "\(ran.errors)")
      #expect(ran.output.contains("Made by programs outside Laconic: made."))
      let status = try laconic("status", in: folder).wait()
      #expect(status.output.contains("(a program's)"))
      // A cache hit starts no program.
      #expect(try laconic("run pipelines/own.yaml", in: folder).wait().status == 0)
      #expect(try laconic("verify latest", in: folder).wait().status == 1)
      #expect(try laconic("verify latest --allow-exec", in: folder).wait().status == 0)
    }
  }

  /// The watcher processes of this project's store.
  private func watchers(in folder: URL) -> [pid_t] {
    ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { name in
      guard let id = pid_t(name),
        let arguments = try? String(contentsOfFile: "/proc/\(name)/cmdline", encoding: .utf8),
        arguments.contains("watch-programs"), arguments.contains(folder.lastPathComponent)
      else { return nil }
      return id
    }
  }

  @Test func `killed in the middle leaves nothing running`() throws {
    try with { folder in
      let process = try laconic("run pipelines/own.yaml --allow-exec", in: folder)
      let child = try child(in: folder)
      let watchers = watchers(in: folder)
      #expect(watchers.count == 1)
      kill(process.process.processIdentifier, SIGKILL)
      _ = try process.wait()
      #expect(isGone(child))
      #expect(watchers.allSatisfy(isGone))
    }
  }

  @Test func `killed with all that watches over it leaves nothing after the next run has begun`()
    throws
  {
    try with { folder in
      let process = try laconic("run pipelines/own.yaml --allow-exec", in: folder)
      let child = try child(in: folder)
      for watcher in watchers(in: folder) { kill(watcher, SIGKILL) }
      kill(process.process.processIdentifier, SIGKILL)
      _ = try process.wait()
      #expect(kill(child, 0) == 0)
      try Data().write(to: folder.appendingPathComponent("go"))
      let again = try laconic("run pipelines/own.yaml --allow-exec", in: folder).wait()
      #expect(again.status == 0, "\(again.errors)")
      #expect(isGone(child))
    }
  }

  @Test(arguments: [SIGINT, SIGTERM]) func `asked to stop ends it and exits 75`(
    signal: Int32
  ) throws {
    try with { folder in
      let process = try laconic("run pipelines/own.yaml --allow-exec", in: folder)
      let child = try child(in: folder)
      kill(process.process.processIdentifier, signal)
      #expect(try process.wait().status == 75)
      #expect(isGone(child))
    }
  }

  /// The second program left the group that the interrupt ends.
  @Test(arguments: ["sleep 300 &", "setsid sleep 300 &"])
  func `interrupted twice ends at once, and the program with it`(_ program: String) throws {
    try with { folder in
      let stubborn = Self.script.replacingOccurrences(
        of: "sleep 300 &", with: "trap '' TERM; \(program)")
      try Data(stubborn.utf8)
        .write(to: folder.appendingPathComponent("pipelines/make.sh"))
      let process = try laconic("run pipelines/own.yaml --allow-exec", in: folder)
      let child = try child(in: folder)
      process.interrupt()
      process.interrupt()
      #expect(try process.wait().status == 130)
      #expect(isGone(child))
    }
  }

  @Test func `shows what it prints while it runs and after it failed`() throws {
    try with { folder in
      let pipelines = folder.appendingPathComponent("pipelines")
      try Data("echo one; echo two; exit 3".utf8).write(
        to: pipelines.appendingPathComponent("make.sh"))
      let failed = try laconic("run pipelines/own.yaml --allow-exec", in: folder).wait()
      #expect(failed.status == 1)
      #expect(failed.errors.contains("sh ended with status 3: one | two"))
      #expect(try laconic("logs made", in: folder).wait().output == "one\ntwo\n")
    }
  }

  @Test func `leaves what it printed where it can be read when all is done`() throws {
    try with { folder in
      let pipelines = folder.appendingPathComponent("pipelines")
      try Data("echo one; printf two; echo done >output/made.txt".utf8).write(
        to: pipelines.appendingPathComponent("make.sh"))
      #expect(try laconic("run pipelines/own.yaml --allow-exec", in: folder).wait().status == 0)
      #expect(try laconic("logs made", in: folder).wait().output == "one\ntwo\n")
      // The log is also shown for a cache hit in another run; of a long log only the end is kept.
      #expect(try laconic("run pipelines/own.yaml", in: folder).wait().status == 0)
      #expect(try laconic("logs", in: folder).wait().output == "one\ntwo\n")
      try Data("seq 100000; echo done >output/made.txt".utf8).write(
        to: pipelines.appendingPathComponent("make.sh"))
      #expect(try laconic("run pipelines/own.yaml --allow-exec", in: folder).wait().status == 0)
      let lines = try laconic("logs made", in: folder).wait().output.split(separator: "\n")
      #expect(lines.first?.hasSuffix(" bytes before this are not kept)") == true)
      #expect(lines.last == "100000")
      #expect((40_000...60_000).contains(lines.count))
      #expect(lines.dropFirst().compactMap { Int($0) }.count == lines.count - 1)
    }
  }

  @Test func `with mistakes in a file of problems shows them and exits 2 before anything runs`()
    throws
  {
    try with { folder in
      let pipelines = folder.appendingPathComponent("pipelines")
      try Data(
        """
        version: 1
        name: own
        stages:
          first: {kind: problems, families: [scan], splits: {train: {count: 4}}}
          data:
            kind: data
            inputs: {files: {train: {file: train.jsonl}, test: {file: test.jsonl}}}
        """.utf8
      ).write(to: pipelines.appendingPathComponent("data.yaml"))
      for name in ["train", "test"] {
        try Data("{\"prompt\":\"1+1=?\",\"answer\":\"2\"}\n{\"prompt\":7,\"answer\":\"2\"}\n".utf8)
          .write(to: pipelines.appendingPathComponent("\(name).jsonl"))
      }
      let outcome = try laconic("run pipelines/data.yaml", in: folder).wait()
      #expect(outcome.status == 2)
      #expect(
        outcome.errors == """
          pipelines/train.jsonl:2:2: error: expected text for the prompt, found the number 7
           2 | {"prompt":7,"answer":"2"}
             |  ^
          help: put it in quotes

          pipelines/test.jsonl:1:2: error: the prompt is also in line 1 of pipelines/train.jsonl
           1 | {"prompt":"1+1=?","answer":"2"}
             |  ^
          help: no prompt may be in two splits: remove one, or write 'duplicates: drop_across'

          pipelines/test.jsonl:2:2: error: expected text for the prompt, found the number 7
           2 | {"prompt":7,"answer":"2"}
             |  ^
          help: put it in quotes

          3 errors

          """)
      let runs = try? FileManager.default.contentsOfDirectory(
        atPath: folder.appendingPathComponent("artifacts/runs").path)
      #expect(runs?.isEmpty != false)
    }
  }
}
