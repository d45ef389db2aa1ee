import Foundation
import PipelineCore
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(120))) struct `A program at work` {
  /// Runs a shell script to its end.
  private func run(
    _ script: String, environment: [String] = [], in folder: TemporaryFolder
  ) throws -> (ending: ChildProcess.Ending, output: String) {
    let program = try ChildProcess(
      "/bin/sh", arguments: ["-c", script], environment: environment, folder: folder.path)
    var bytes = Data()
    while true {
      if let ending = program.wait(seconds: 0.05, { bytes.append(contentsOf: $0) }) {
        return (ending, String(decoding: bytes, as: UTF8.self))
      }
    }
  }

  @Test func `says how it ended and what it printed, whichever way`() throws {
    let folder = try TemporaryFolder()
    let (ending, output) = try run("echo out; echo err >&2; exit 3", in: folder)
    #expect(ending == .exited(3))
    #expect(output == "out\nerr\n")
    #expect(try run("kill -9 $$", in: folder).ending == .signalled(9))
    #expect(try run("printf '\\377x'", in: folder).output == "\u{FFFD}x")
    // The output is larger than a pipe's buffer.
    let much = try run("yes 0123456789 | head -c 3000000", in: folder)
    #expect(much.ending == .exited(0))
    #expect(much.output.utf8.count == 3_000_000)
  }

  @Test func `is alive until it has given back what it held, though nobody asked for its end yet`()
    throws
  {
    let folder = try TemporaryFolder()
    let program = try ChildProcess(
      "/bin/sh", arguments: ["-c", "echo $$; exec sleep 300"], environment: [],
      folder: folder.path)
    var output = Data()
    while output.last != UInt8(ascii: "\n") {
      _ = program.wait(seconds: 0.05) { output.append(contentsOf: $0) }
    }
    let id = try #require(Int32(String(decoding: output.dropLast(), as: UTF8.self)))
    #expect(ProcessTable.isAlive(id))
    kill(id, SIGKILL)
    #expect(eventually { !ProcessTable.isAlive(id) })
    // It is still in the table.
    #expect(kill(id, 0) == 0)
    #expect(!ProcessTable.isAlive(0))
  }

  @Test func `has the folder, the environment and the open files it was given, and no others`()
    throws
  {
    let folder = try TemporaryFolder()
    try folder.write("x", to: "here")
    let held = open(folder.path + "here", O_RDONLY)
    defer { close(held) }
    // `ls` is not piped to another command, because the shell may hold the pipe's ends meanwhile.
    let (_, output) = try run(
      "ls; echo $GIVEN; env | grep -v -e '^PWD=' -e '^SHLVL=' -e '^_=' -e '^OLDPWD=' | sort; "
        + "ls /proc/$$/fd; cat",
      environment: ["GIVEN=1", "PATH=/usr/bin:/bin"], in: folder)
    #expect(output == "here\n1\nGIVEN=1\nPATH=/usr/bin:/bin\n0\n1\n2\n")
  }

  @Test func `that cannot be started says why`() throws {
    let folder = try TemporaryFolder()
    try folder.write("no program", to: "text")
    for (path, reason) in [
      ("/nowhere/at/all", "no such file"), (folder.path + "text", "permission denied"),
    ] {
      let error = #expect(throws: ChildProcess.Failure.self) {
        _ = try ChildProcess(path, arguments: [], environment: [], folder: folder.path)
      }
      #expect("\(try #require(error))".contains(reason))
    }
  }

  @Test func `ends with all that it started, in its own group or not`() throws {
    let folder = try TemporaryFolder()
    let mark = ProgramMark.variable(for: folder.path)
    // One child ignores the request to end, and another is in its own session.
    let program = try ChildProcess(
      "/bin/sh",
      arguments: [
        "-c",
        "trap '' TERM; sleep 300 & echo $! >a; setsid sh -c 'echo >c; exec sleep 300' & "
          + "echo $! >b; until test -f c; do sleep 0.01; done; echo ready; wait",
      ], environment: [mark, "PATH=/usr/bin:/bin"], folder: folder.path)
    var output = Data()
    while output.isEmpty { _ = program.wait(seconds: 0.05) { output.append(contentsOf: $0) } }
    let children = try ["a", "b"].map { name in
      try #require(
        pid_t(
          try String(contentsOfFile: folder.path + name, encoding: .utf8)
            .trimmingCharacters(in: .whitespacesAndNewlines)))
    }
    #expect(children.allSatisfy { kill($0, 0) == 0 })
    #expect(try #require(program.residentMemory) > 100_000)
    program.end(grace: 0.3) { _ in }
    #expect(program.wait(seconds: 0) { _ in } == .signalled(9))
    ProgramMark.endProcesses(of: folder.path)
    #expect(children.allSatisfy { isGone($0) })
  }

  @Test func `that its run left behind is ended before the next run sweeps its folder`() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    // The folder of a process that no longer exists.
    try folder.write("", to: "store/tmp/4711-00000000000000ab/7/output/x")
    let scratch = folder.path + "store/tmp/4711-00000000000000ab/7"
    let program = try ChildProcess(
      "/bin/sleep", arguments: ["300"], environment: [ProgramMark.variable(for: scratch)],
      folder: scratch)
    let other = try ChildProcess(
      "/bin/sleep", arguments: ["300"],
      environment: [ProgramMark.variable(for: folder.path + "store/tmp/4711-00000000000000a")],
      folder: folder.path)
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o000], ofItemAtPath: scratch + "/output")
    try store.sweepTemporary()
    // Its pipe is closed a moment before its end can be asked for.
    #expect(eventually { program.wait(seconds: 0.05) { _ in } == .signalled(9) })
    #expect(other.wait(seconds: 0) { _ in } == nil)
    #expect(!FileManager.default.fileExists(atPath: scratch))
  }

  /// True if a process is dead. It may be a zombie: no process here waits for the children of
  /// others.
  private func isGone(_ id: pid_t) -> Bool {
    eventually {
      let status = (try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8)) ?? ""
      return status.isEmpty || status.contains(") Z ")
    }
  }
}
