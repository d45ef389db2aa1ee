import ArgumentParser
import Commands
import Foundation
import Testing

/// A user's project folder is named as the store by mistake: every command must leave every byte
/// and every mode in it unchanged.
@Suite(.timeLimit(.minutes(120))) struct `A project that is no store` {
  /// The arguments to try with each command. The test fails for a command without a line here.
  private static let arguments: [String: [[String]]] = [
    "bench": [["--shape", "nothing"], ["--help"]],
    "completion": [["bash"]],
    "config": [["p.yaml"], ["p.yaml", "--json"]],
    "diff": [["latest"], ["latest", "latest", "--samples"]],
    "explain": [["p.yaml", "problems"]],
    "export": [["latest", "problems", "../out"], ["latest", "--tensorboard", "../tb"]],
    "gc": [[], ["--keep-runs", "0"], ["--max-size", "1K"], ["--max-size", "1K", "--dry-run"]],
    "grade": [["--audit", "eval", "--against", "number"]],
    "graph": [["p.yaml", "--dot"]],
    "logs": [[], ["latest", "problems"]],
    "new": [["p"], ["mine"]],
    "note": [["latest", "x"], ["2025", "--remove"]],
    "pin": [["latest"], ["2025"], ["--list"]],
    "plan": [["p.yaml"], ["p.yaml", "--json", "--output", "../plan.json"]],
    "regrade": [["p.yaml"]],
    "report": [[], ["--output", "../page"]],
    "rm": [["latest", "problems"], ["2025", "problems", "--dry-run"]],
    "run": [["p.yaml"], ["p.yaml", "--set", "problems.splits.train.count=3"]],
    "schema": [[], ["--json"]],
    "status": [[], ["--list"], ["2025"], ["--tag", "x"], ["--json"]],
    "tag": [["latest", "x"], ["2025", "x", "--remove"]],
    "try": [["p.yaml", "problems"]],
    "unpin": [["latest"], ["2025"]],
    "validate": [["p.yaml"]],
    "verify": [["latest"], ["latest", "--rehash"], ["2025", "problems"]],
    "watch": [[], ["2025"]],
    "watch-programs": [[]],
  ]

  /// The file that a command is asked to create in the folder.
  private static let asked = ["new": "mine.yaml"]

  private static let pipeline = """
    version: 1
    name: p
    stages:
      problems: {kind: problems, families: [chain], splits: {train: {count: 2, difficulty: [1, 1]}}}
    """

  /// Files as trainers leave them, and some that look as if Laconic had made them.
  private static let files: [(path: String, mode: mode_t)] = [
    ("tmp/mine/f", 0o644), ("tmp/.git/HEAD", 0o600), ("tmp/4711-00000000000000ab/1", 0o640),
    ("checkpoints/best.pt", 0o664), ("checkpoints/step-00000100/weights", 0o644),
    ("checkpoints/\(String(repeating: "ab", count: 32))/step-00000001/index.json", 0o644),
    ("runs/exp1/events.out", 0o644), ("runs/20251122-055412-127-3f9a.jsonl", 0o666),
    ("runs/resolved/\(String(repeating: "cd", count: 32)).json", 0o644),
    ("reports/index.html", 0o755), ("reports/p/table.md", 0o444), ("logs/train.log", 0o600),
    (".git/HEAD", 0o644), (".git/objects/ab/cdef", 0o444), ("records/ab/notes.json", 0o644),
    ("objects/ab/\(String(repeating: "c", count: 62))", 0o444), ("objects/memo.txt", 0o644),
    ("leases/\(String(repeating: "ef", count: 32)).lock", 0o644), ("pins/board", 0o644),
    ("states/a", 0o644), ("cells/a", 0o644), ("lock", 0o640), ("salt", 0o600),
    (".DS_Store", 0o644), ("wandb/run-1/config.yaml", 0o640), ("train.py", 0o755),
  ]
  private static let folders: [(path: String, mode: mode_t)] = [
    ("tmp", 0o1777), ("checkpoints", 0o775), ("runs", 0o2775), ("objects", 0o777),
    ("records", 0o755), ("reports", 0o750), ("", 0o755), ("leases", 0o777), ("pins", 0o755),
  ]

  private static func makeProject(in folder: URL) throws -> URL {
    let project = folder.appendingPathComponent("project")
    for (path, mode) in files {
      let place = project.appendingPathComponent(path)
      try FileManager.default.createDirectory(
        at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data("mine: \(path)\n".utf8).write(to: place)
      try #require(chmod(place.path, mode) == 0)
    }
    try Data(pipeline.utf8).write(to: project.appendingPathComponent("p.yaml"))
    for (path, mode) in folders {
      try #require(chmod(project.path + "/" + path, mode) == 0)
    }
    return project
  }

  /// The state of everything below a folder, by path: mode, owner, modification time, and the bytes
  /// of files.
  private static func state(_ project: URL) throws -> [String: String] {
    let names =
      FileManager.default.enumerator(atPath: project.path)?.compactMap { $0 as? String } ?? []
    var state: [String: String] = [:]
    for name in [""] + names {
      let path = name.isEmpty ? project.path : project.path + "/" + name
      var status = stat()
      try #require(lstat(path, &status) == 0)
      var text = "\(String(status.st_mode, radix: 8)) \(status.st_uid) \(status.st_gid)"
      if status.st_mode & S_IFMT == S_IFREG {
        text += " \(try Data(contentsOf: URL(fileURLWithPath: path)).base64EncodedString())"
      }
      state[name] = text
    }
    return state
  }

  @Test(arguments: ["--store .", "--store ''", "LACONIC_STORE=."])
  func `is the same after every command`(way: String) throws {
    try withProject { folder in
      let project = try Self.makeProject(in: folder)
      let before = try Self.state(project)
      for command in Laconic.configuration.subcommands {
        let name = CommandArguments.name(of: command)
        let takesStore = Laconic.helpMessage(for: command).contains("--store")
        let lists = try #require(Self.arguments[name], "no arguments are known for '\(name)'")
        for list in lists {
          var (arguments, environment) = ([name] + list, [String: String]())
          switch way {
          case "--store .": if takesStore { arguments += ["--store", "."] }
          case "--store ''": if takesStore { arguments += ["--store", ""] }
          default: environment["LACONIC_STORE"] = "."
          }
          let outcome = try LaconicProcess.run(
            arguments, in: project, environment: environment, output: folder)
          let comment: Comment = "\(way): \(arguments): \(outcome.errors)"
          if takesStore {
            #expect(outcome.status == (way == "--store ''" ? 64 : 1), comment)
            #expect(
              outcome.errors.contains(
                way == "--store ''"
                  ? "--store needs a folder" : "is not a Laconic store and is not empty"), comment)
          }
          if let made = Self.asked[name] {
            try? FileManager.default.removeItem(at: project.appendingPathComponent(made))
          }
          let after = try Self.state(project)
          #expect(after == before, comment)
          guard after == before else { return }
        }
      }
    }
  }

  @Test(.enabled(if: geteuid() == 0, "only root can give files away"))
  func `may be somebody else's store, which root reads and does not write`() throws {
    try withProject { folder in
      let project = try Self.makeProject(in: folder)
      let store = folder.appendingPathComponent("store")
      let named = ["--store", store.path]
      func laconic(_ arguments: [String]) throws -> LaconicProcess.Outcome {
        try LaconicProcess.run(arguments + named, in: project, output: folder)
      }
      try #require(try laconic(["run", "p.yaml"]).status == 0)
      let names =
        FileManager.default.enumerator(atPath: store.path)?.compactMap { $0 as? String } ?? []
      for name in [""] + names {
        try #require(lchown(store.path + "/" + name, 4_000_001, gid_t.max) == 0)
      }
      let before = try Self.state(store)
      for arguments in [
        ["run", "p.yaml"], ["gc"], ["report"], ["pin", "latest"], ["verify", "latest"],
      ] {
        let outcome = try laconic(arguments)
        #expect(outcome.status == 1, "\(arguments)")
        #expect(
          outcome.errors.contains("belongs to user 4000001 and you are 'root'"),
          "\(arguments): \(outcome.errors)")
      }
      for arguments in [
        ["status"], ["plan", "p.yaml"], ["gc", "--dry-run"], ["verify", "latest", "--rehash"],
        ["report", "--output", folder.path + "/page"], ["watch-programs"],
      ] {
        #expect(try laconic(arguments).status == 0, "\(arguments)")
      }
      #expect(try Self.state(store) == before)
    }
  }

  @Test func `is told what is wrong with the place it named`() throws {
    try withProject { folder in
      func laconic(_ arguments: [String], _ store: String? = nil) throws -> LaconicProcess.Outcome {
        try LaconicProcess.run(
          arguments, in: folder, environment: store.map { ["LACONIC_STORE": $0] } ?? [:])
      }
      let run = ["run", "pipelines/small.yaml"]
      let tilde = try laconic(run + ["--store", "~/x"])
      #expect(tilde.status == 64)
      #expect(tilde.errors.contains("begins with '~', which the shell did not expand"))
      #expect(tilde.errors.contains("write \"$HOME/x\""))
      #expect(try laconic(run, "~/x").status == 64)
      #expect(!FileManager.default.fileExists(atPath: folder.path + "/~"))
      // A shell knows other people's homes too.
      let other = try laconic(run + ["--store", "~somebody/x"])
      #expect(other.status == 64)
      #expect(other.errors.contains("'~somebody/x' begins with '~'"), "\(other.errors)")
      #expect(other.errors.contains("write the folder out"))
      #expect(try laconic(run, "~somebody").status == 64)
      #expect(!FileManager.default.fileExists(atPath: folder.path + "/~somebody"))
      for arguments in [run, ["status"], ["gc"]] {
        let proc = try laconic(arguments, "/proc")
        #expect(proc.status == 1)
        #expect(proc.errors.hasPrefix("laconic: '/proc' is not a Laconic store"), "\(proc.errors)")
        try? FileManager.default.createSymbolicLink(
          atPath: folder.path + "/disk", withDestinationPath: "/mnt/gone")
        let link = try laconic(arguments + ["--store", "disk"])
        #expect(link.status == 1)
        #expect(
          link.errors.contains("/disk' is a link to a folder that does not exist"),
          "\(link.errors)")
      }
      // An empty variable counts as not set.
      #expect(try laconic(["status"], "").errors == "laconic: the store has no run yet\n")
    }
  }
}
