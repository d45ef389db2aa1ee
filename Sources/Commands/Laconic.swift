package import ArgumentParser
package import Fields
import PipelineCore

/// The command line. Each command has its own file; shared parts are in files beside them.
package struct Laconic: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "laconic",
    abstract: "Declarative experiments for language models that reason in fewer tokens.",
    discussion: """
      One YAML file describes an experiment. Laconic plans it as stages, runs \
      what is not cached, survives being killed at any moment, and prints the table.

        laconic run pipelines/quickstart.yaml

      Exit codes: 0 done; 1 the run failed, or its plan is stale; 2 a bad pipeline,
      plan or --set; 4 verify found a difference; 64 bad usage; 75 stopped, and the
      same command resumes; 130 interrupted twice.
      """,
    version: "laconic \(version)",
    subcommands: [
      Validate.self, PlanCommand.self, Run.self, Regrade.self, Status.self, Export.self,
      Schema.self,
      Bench.self, GC.self,
      Completion.self,
      Config.self,
      Diff.self,
      Explain.self,
      Grade.self,
      Graph.self,
      Logs.self,
      New.self,
      Note.self,
      Pin.self,
      Report.self,
      Rm.self,
      Tag.self,
      Try.self,
      Unpin.self,
      Verify.self,
      Watch.self,
      WatchPrograms.self,
    ])

  package static let version = "0.1.0"

  package init() {}

  /// Parses the arguments of the process and runs the command.
  package static func start() -> Never {
    StandardStreams.makeSafe()
    if let unknown = unknownCommand(in: Array(CommandLine.arguments.dropFirst())) {
      Terminal.report("\(unknown.statement)\n\(unknown.help ?? "")")
      exit(withError: ExitCode.validationFailure)
    }
    var code = ExitCode.success
    do {
      var command = try parseAsRoot()
      code = try end(of: &command)
    } catch {
      code = exitCode(for: error)
      let text = fullMessage(for: error)
      if !text.isEmpty { (code == .success ? Terminal.output : Terminal.error).print(text) }
    }
    if let problem = StandardStreams.outputProblem {
      Terminal.report(problem)
      if code == .success { code = .runFailed }
    }
    exit(withError: code)
  }

  /// The name in the place of a command, if there is no such command; nil if the arguments begin
  /// with a command or an option.
  package static func unknownCommand(in arguments: [String]) -> UnknownName? {
    let words = arguments.first == helpCommand ? Array(arguments.dropFirst()) : arguments
    guard let name = words.first, !name.hasPrefix("-"), name != helpCommand else { return nil }
    let commands = configuration.subcommands
    guard !commands.contains(where: { $0._commandName == name }) else { return nil }
    let shown = commands.filter { $0.configuration.shouldDisplay }.map { $0._commandName }
    return UnknownName("command", name, among: shown)
  }

  private static let helpCommand = "help"

  /// Runs a command, and prints the errors that the command did not report itself.
  private static func end(of command: inout any ParsableCommand) throws -> ExitCode {
    do {
      try command.run()
      return .success
    } catch let code as ExitCode {
      return code
    } catch  where exitCode(for: error) == .failure {
      Terminal.report(error.inWords)
      return .runFailed
    }
  }
}
