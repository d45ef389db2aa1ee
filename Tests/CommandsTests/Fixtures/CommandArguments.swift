import ArgumentParser
import Commands
import Testing

/// Arguments with which each command can be started in the folder of `withProject`.
enum CommandArguments {
  /// The names of all commands, including hidden ones.
  static let names = Laconic.configuration.subcommands.map { name(of: $0) }
  static let shownNames = Laconic.configuration.subcommands
    .filter { command in command.configuration.shouldDisplay }.map { name(of: $0) }

  static func name(of command: any ParsableCommand.Type) -> String {
    command.configuration.commandName ?? hyphenated("\(command)")
  }

  private static let known: [String: [String]] = [
    "validate": ["pipelines/small.yaml"], "plan": ["pipelines/small.yaml"],
    "run": ["pipelines/small.yaml"], "status": [], "export": ["latest", "table", "exported"],
    "schema": ["--json"], "bench": ["--pipeline", "pipelines/small.yaml"], "gc": [],
    "completion": ["bash"], "config": ["pipelines/small.yaml"], "diff": ["latest"],
    "explain": ["pipelines/small.yaml", "base"], "graph": ["pipelines/small.yaml", "--dot"],
    "logs": [], "new": ["mine"],
    "note": ["latest", "good"], "tag": ["latest", "paper"], "pin": ["latest"], "report": [],
    "unpin": ["latest"], "rm": ["latest", "rl", "--force", "--dry-run"],
    "try": ["pipelines/small.yaml", "problems"], "verify": ["latest", "--rehash"],
    "watch": [], "watch-programs": [],
    "regrade": ["pipelines/small.yaml"], "grade": ["--audit", "eval", "--against", "number"],
  ]

  /// - Throws: a failed test when a new command is not listed here.
  static func of(_ name: String) throws -> [String] {
    [name] + (try #require(known[name], "say here how '\(name)' is started"))
  }

  /// Converts a type's name as the argument parser does: `WatchPrograms` to `watch-programs`.
  private static func hyphenated(_ name: String) -> String {
    name.reduce(into: "") { text, character in
      if character.isUppercase, !text.isEmpty { text += "-" }
      text += character.lowercased()
    }
  }
}
