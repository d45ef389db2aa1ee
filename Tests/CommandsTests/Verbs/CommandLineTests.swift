import ArgumentParser
import Commands
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

  @Test(arguments: [
    ["run", "a.yaml", "-j", "0"], ["run", "a.yaml", "--threads", "0"],
    ["run", "a.yaml", "--max-time", "soon"], ["run", "a.yaml", "--max-time", "90"],
    ["run", "a.yaml", "--checkpoint-every-steps", "0"],
    ["run"], ["run", "--plan", "p.json", "--set", "a=1"], ["graph", "a.yaml"],
    ["graph", "a.yaml", "--dot", "--mermaid"], ["explain", "a.yaml"], ["new"], ["new", "A"],
    ["export", "latest"], ["bench", "--shape", "huge"], ["bench", "--seconds", "0"],
    ["gc", "--max-size", "large"], ["gc", "--keep-runs", "-1"], ["pin"],
    ["pin", "latest", "--list"],
    ["verify"], ["verify", "latest", "-j", "0"], ["bench", "--numerics", "fast"],
    ["bench", "--threads", "1,0"], ["bench", "--only", "speed"],
    ["bench", "--stage", "rl"], ["bench", "--set", "rl.train.max_steps=2"],
    ["config", "a.yaml", "--json", "--origins"], ["schema", "--preset", "grpo", "--json"],
    ["validate", "a.yaml", "--json"], ["validate", "a.yaml", "--examples", "1"],
    ["validate", "a.yaml", "--data", "--examples", "-1"],
    ["schema", "--markdown", "--json"], ["schema", "rl", "--markdown"],
  ])
  func `bad usage exits 64`(arguments: [String]) {
    let error = #expect(throws: (any Error).self) { _ = try Laconic.parseAsRoot(arguments) }
    guard let error else { return }
    #expect(Laconic.exitCode(for: error).rawValue == 64)
  }

  private func command(_ name: String) throws -> any ParsableCommand.Type {
    try #require(
      Laconic.configuration.subcommands.first { CommandArguments.name(of: $0) == name })
  }
}
