import ArgumentParser
import Commands
import Fields
import Testing

@Suite struct `The command line` {
  @Test(arguments: CommandArguments.shownNames)
  func `explains every command with an example`(name: String) throws {
    let help = Laconic.helpMessage(for: try command(name), columns: 80)
    #expect(help.contains("laconic \(name)"))
    #expect(help.contains("Example"))
    #expect(help.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }

  @Test func `has more than one command, each once`() {
    #expect(Set(CommandArguments.shownNames).count == CommandArguments.shownNames.count)
    #expect(
      CommandArguments.shownNames.contains("run")
        && !CommandArguments.shownNames.contains("watch-programs"))
  }

  @Test func `suggests the near command and exits 64`() {
    let error = #expect(throws: (any Error).self) {
      _ = try Laconic.parseAsRoot(["run", "a.yaml", "--job", "2"])
    }
    guard let error else { return }
    #expect(Laconic.exitCode(for: error).rawValue == 64)
    #expect(Laconic.message(for: error).contains("--jobs"))
  }

  @Test func `a mistyped command is answered with the one that was meant`() throws {
    #expect(
      Laconic.unknownCommand(in: ["runn", "a.yaml"])?.sentence
        == "unknown command 'runn'; did you mean 'run'?")
    #expect(Laconic.unknownCommand(in: ["help", "stauts"])?.suggestion == "did you mean 'status'?")
    let far = try #require(Laconic.unknownCommand(in: ["frobnicate"]))
    #expect(far.suggestion == nil && far.known == CommandArguments.shownNames)
    for arguments in [[], ["--help"], ["help"], ["help", "run"], ["-x"], ["watch-programs"]] {
      #expect(Laconic.unknownCommand(in: arguments) == nil)
    }
    for name in CommandArguments.names { #expect(Laconic.unknownCommand(in: [name]) == nil) }
  }

  @Test(arguments: [
    ["run", "a.yaml", "-j", "0"], ["run", "a.yaml", "--threads", "0"],
    ["run", "a.yaml", "--max-time", "soon"], ["run", "a.yaml", "--max-time", "90"],
    ["run", "a.yaml", "--checkpoint-every-steps", "0"],
    ["run"], ["run", "--plan", "p.json", "--set", "a=1"], ["graph", "a.yaml"],
    ["graph", "a.yaml", "--dot", "--mermaid"], ["explain", "a.yaml"], ["new"], ["new", "A"],
    ["export", "latest"], ["export", "latest", "rl"],
    ["export", "latest", "tb", "--tensorboard", "--merge"], ["completion"], ["completion", "fsh"],
    ["bench", "--shape", "huge"], ["bench", "--seconds", "0"],
    ["gc", "--max-size", "large"], ["gc", "--keep-runs", "-1"], ["pin"],
    ["pin", "latest", "--list"],
    ["verify"], ["verify", "latest", "-j", "0"], ["bench", "--numerics", "fast"],
    ["bench", "--threads", "1,0"], ["bench", "--only", "speed"],
    ["bench", "--stage", "rl"], ["bench", "--set", "rl.train.max_steps=2"],
    ["config", "a.yaml", "--json", "--origins"], ["schema", "--preset", "grpo", "--json"],
    ["validate", "a.yaml", "--json"], ["validate", "a.yaml", "--examples", "1"],
    ["validate", "a.yaml", "--data", "--examples", "-1"],
    ["tag", "latest"], ["tag", "latest", "no tag"], ["note", "latest"],
    ["note", "latest", "x", "--remove"], ["note", "latest", " "],
    ["run", "a.yaml", "--tag", "tag:x"],
    ["run", "a.yaml", "--note", ""], ["status", "--tag", ""],
    ["run", "a.yaml", "rl", "--plan", "p.json"], ["try", "a.yaml"], ["rm", "latest"],
    ["try", "a.yaml", "rl", "--limit", "0"], ["try", "a.yaml", "rl", "--steps", "0"],
    ["schema", "--markdown", "--json"], ["schema", "rl", "--markdown"],
  ])
  func `bad usage exits 64`(arguments: [String]) {
    let error = #expect(throws: (any Error).self) { _ = try Laconic.parseAsRoot(arguments) }
    guard let error else { return }
    #expect(Laconic.exitCode(for: error).rawValue == 64)
  }

  @Test func `suggests the shell that was meant`() {
    let error = #expect(throws: (any Error).self) {
      _ = try Laconic.parseAsRoot(["completion", "fsh"])
    }
    guard let error else { return }
    #expect(Laconic.message(for: error).contains("unknown shell 'fsh'; did you mean 'fish'?"))
  }

  private func command(_ name: String) throws -> any ParsableCommand.Type {
    try #require(
      Laconic.configuration.subcommands.first { CommandArguments.name(of: $0) == name })
  }
}
