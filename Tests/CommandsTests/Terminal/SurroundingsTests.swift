import Foundation
import Testing

@Suite(.timeLimit(.minutes(120)))
struct `A folder that is gone` {
  /// Runs a command in a deleted folder; a limit of CPU time ends it if it loops.
  private func run(_ arguments: [String], in folder: URL) throws -> LaconicProcess.Outcome {
    let line = arguments.map { "'\($0)'" }.joined(separator: " ")
    return try shell(
      "ulimit -t 20; mkdir gone && cd gone && rmdir ../gone && exec \"$LACONIC\" \(line)",
      in: folder)
  }

  @Test(arguments: CommandArguments.names)
  func `is told in one line by every command that needs it`(_ name: String) throws {
    try withProject { folder in
      let outcome = try run(try CommandArguments.of(name), in: folder)
      guard !["schema", "completion"].contains(name) else {
        #expect(outcome.status == 0)
        return
      }
      #expect(outcome.status == 1)
      #expect(outcome.errors == "laconic: the current folder no longer exists\n")
      #expect(outcome.output.isEmpty)
    }
  }

  @Test func `stops nobody who says where everything is`() throws {
    try withProject { folder in
      let file = folder.path + "/pipelines/small.yaml"
      #expect(try run(["validate", file], in: folder).status == 0)
      #expect(try run(["plan", file], in: folder).status == 0)
      let status = try run(["status", "--store", folder.path + "/store"], in: folder)
      #expect(status.errors.contains("no run"), "\(status.errors)")
    }
  }
}

@Suite(.timeLimit(.minutes(120)))
struct `What can only wait` {
  @Test func `is refused: a pipe that nobody writes to, and no time at all`() throws {
    try withProject { folder in
      let pipe = try shell(
        "ulimit -t 20; mkfifo pipe.yaml link; exec \"$LACONIC\" validate pipe.yaml", in: folder)
      #expect(pipe.status == 2)
      #expect(pipe.errors == "laconic: cannot read 'pipe.yaml': it is not a regular file\n")
      let time = try shell("\"$LACONIC\" run pipelines/small.yaml --max-time 0s", in: folder)
      #expect(time.status == 64)
      #expect(time.errors.contains("'0s' is not a duration"), "\(time.errors)")
    }
  }
}

@Suite(.timeLimit(.minutes(120)))
struct `Output that cannot be written` {
  private static let isHere = FileManager.default.fileExists(atPath: "/dev/full")
  private static let printing = CommandArguments.names.filter {
    // `bench` takes too long, and the watcher prints nothing.
    !["bench", "watch-programs"].contains($0)
  }

  @Test(.enabled(if: isHere))
  func `is a failure of every command that prints`() throws {
    try withProject { folder in
      let quick = "--set base.train.max_steps=2 --set rl.train.max_steps=1"
      let made = try shell("\"$LACONIC\" run pipelines/small.yaml \(quick)", in: folder)
      #expect(made.status == 0, "\(made.errors)")
      for name in Self.printing {
        var arguments = try CommandArguments.of(name)
        if ["run", "regrade"].contains(name) { arguments.append(quick) }
        let outcome = try shell(
          "\"$LACONIC\" \(arguments.joined(separator: " ")) > /dev/full", in: folder)
        #expect(outcome.status == 1, "\(name)")
        #expect(
          outcome.errors.hasSuffix("laconic: standard output: no space left on device\n"),
          "\(name): \(outcome.errors)")
      }
      for rest in ["--help", "--version", "plan pipelines/small.yaml --json", "help run"] {
        let outcome = try shell("\"$LACONIC\" \(rest) > /dev/full", in: folder)
        #expect(outcome.status == 1, "\(rest)")
      }
    }
  }

  @Test func `is none where the reader went away`() throws {
    try withProject { folder in
      // The only reader of the pipe is closed before the program starts.
      let outcome = try shell(
        "mkfifo pipe; exec 3<>pipe 4>pipe 3<&-; \"$LACONIC\" schema --json >&4", in: folder)
      #expect(outcome.status == 0)
      #expect(outcome.errors.isEmpty, "\(outcome.errors)")
    }
  }
}

@Suite(.timeLimit(.minutes(120)))
struct `Failures in words` {
  /// Fragments of raw error messages that only programmers understand.
  private static let raw = [
    "Error Domain", "NSCocoa", "CocoaError", "DecodingError", "CodingKeys", "UserInfo",
    "Debug description", "couldn\u{2019}t", "could not be completed",
  ]

  private static let program = """
    version: 1
    name: program
    stages:
      x: {kind: command, command: [sh, -c, "COMMAND"], outputs: [a.txt]}
    """

  @Test func `are what a person can read, whatever failed`() throws {
    try withProject { folder in
      let quick = "--set base.train.max_steps=2 --set rl.train.max_steps=1"
      let made = try shell("\"$LACONIC\" run pipelines/small.yaml \(quick)", in: folder)
      #expect(made.status == 0, "\(made.errors)")
      for (name, command) in [("gone", "rm -rf output"), ("all", "rm -rf \"$PWD\"")] {
        let text = Self.program.replacingOccurrences(
          of: "COMMAND", with: command.replacingOccurrences(of: "\"", with: "\\\""))
        try Data(text.utf8).write(to: folder.appendingPathComponent("\(name).yaml"))
      }
      let failures = [
        "touch file; \"$LACONIC\" report -o file", "\"$LACONIC\" report -o /proc/x",
        "touch file; \"$LACONIC\" report -o file/below",
        "\"$LACONIC\" run gone.yaml --allow-exec", "\"$LACONIC\" run all.yaml --allow-exec",
        "\"$LACONIC\" plan pipelines/small.yaml --output none/plan.json",
        "\"$LACONIC\" plan pipelines/small.yaml --output pipelines",
        "\"$LACONIC\" run --plan none.json", "\"$LACONIC\" run --plan pipelines",
        "mkdir shut; chmod 500 shut; cd shut; mkdir mine.yaml; \"$LACONIC\" new mine",
        "\"$LACONIC\" export latest table /proc/x", "\"$LACONIC\" status --store /proc",
        "\"$LACONIC\" validate pipelines", "\"$LACONIC\" validate none.yaml",
        "\"$LACONIC\" gc --store file/below",
        "\"$LACONIC\" bench --only peak --seconds 0.01 --output /proc/x/y --threads 1",
      ]
      for failure in failures {
        let outcome = try shell(failure, in: folder)
        #expect(outcome.status != 0, "\(failure)")
        for raw in Self.raw {
          #expect(!(outcome.errors + outcome.output).contains(raw), "\(failure): \(outcome.errors)")
        }
      }
    }
  }
}
