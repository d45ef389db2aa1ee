package import Fields
import Foundation
package import PipelineCore
import Reasoning

/// Runs a program: a trainer on a GPU, a script, anything. The program sees only its inputs,
/// nothing else of the experiment; the files it leaves in its output folder are the stage's result.
package struct CommandKind: ConfiguredStageKind {
  package let name = "command"
  package let meaning = "Run a program of your own on declared inputs; needs --allow-exec"
  package let version = 2
  package let roles: [Role] = []
  package let otherRole: Role? = Role(
    "NAME",
    accepts: [.file, .files, .problems, .model, .responses, .table, .plot], required: false,
    "copied into the folder the program works in; {inputs.NAME} is its path there")
  package let output = ArtifactType.files
  package let usesSeed = false
  package let usesNumerics = false
  package let runsPrograms = true
  package let showsLog = true

  package init() {}

  package struct Configuration: FieldGroup {
    package var command: [String] = []
    package var params: [String: FieldValue] = [:]
    package var outputs: [String] = []
    package var type = OutputType.files
    package var env = ["PATH", "HOME"]

    package init() {}
    package static let meaning = "The program and its outputs"
    package static var fields: [Field<Configuration>] {
      [
        .strings(
          "command", \.command, count: 1...1000,
          "The program and its arguments, given as they are, with {inputs.NAME}, {params.NAME}, "
            + "{output}, {seed} and {threads} replaced",
          .semantic, required: true),
        Field(
          FieldDescriptor(
            name: "params", type: .map(of: .parameter, keys: "parameter"), defaultValue: .map([:]),
            meaning: "Values for the program, handed on as they are written, also in the file "
              + "parameters.json in its folder",
            fieldClass: .semantic)
        ) { root, value in root.params = value.mapValue ?? [:] },
        .strings(
          "outputs", \.outputs, count: 1...1000,
          "The files it leaves in {output}; a path that ends in / is a folder, whole",
          .semantic, required: true),
        .choice(
          "type", \.type, "The type of the outputs, for the stages that take them", .semantic),
        .strings(
          "env", \.env, count: 0...100,
          "The environment variables it gets; their values are never stored or compared",
          .operational),
      ]
    }

    package func issues() -> [FieldIssue] {
      var issues = FieldIssue.repeats(in: outputs, at: "outputs")
      if command.first?.isEmpty ?? false {
        issues.append(FieldIssue(["command", "0"], "'command' needs the name of a program"))
      }
      for (index, path) in outputs.enumerated() where !ProgramFolder.isOutput(path) {
        issues.append(
          FieldIssue(
            ["outputs", String(index)], "'\(path)' is not a valid output path",
            help: "write a path inside {output}, without '.', '..' or a '/' in front"))
      }
      for (index, name) in env.enumerated() where !name.isVariableName {
        issues.append(
          FieldIssue(
            ["env", String(index)], "'\(name)' is not a valid name of an environment variable",
            help: name.contains("=") ? "write names only; 'params' is for values" : nil))
      }
      return issues + type.issues(of: outputs)
    }
  }

  /// A program may name any verifier in the problems that it makes.
  package func revisions(of config: FieldValue) -> [String: Int] {
    output(of: config) == .problems ? AnswerVerifiers.revisions(of: AnswerVerifiers.all) : [:]
  }

  package func output(of config: FieldValue) -> ArtifactType {
    Configuration(decoding: config).type.artifact
  }

  /// True if the seed is passed to the program; only then its result depends on the seed.
  package func usesSeed(_ config: FieldValue) -> Bool {
    Configuration(decoding: config).command.contains { argument in
      ProgramArgument(argument).placeholders.contains(.seed)
    }
  }

  package func upstreamIssues(
    in configuration: Configuration, inputs: [String: [UpstreamStage]], numerics: Numerics?
  ) -> [FieldIssue] {
    configuration.command.enumerated().flatMap { index, argument in
      ProgramArgument(argument).issues(
        inputs: inputs.mapValues { $0.compactMap(\.label) },
        params: configuration.params.keys.sorted()
      ).map { $0.prefixed(String(index)).prefixed("command") }
    }
  }

  package func cost(
    of configuration: Configuration, inputs: [String: [UpstreamStage]]
  ) -> StageCost {
    let work = FieldValue.map([
      "command": .list(configuration.command.map { .string($0) }),
      "params": .map(configuration.params),
    ])
    return StageCost(work: WorkAmount(sort: work.digest, amount: 1))
  }

  package func run(_ configuration: Configuration, in context: any StageContext) throws {
    let scratch = try context.makeFolder()
    defer { scratch.discard() }
    let folder = try ProgramFolder(scratch, configuration, context)
    let log = try Program(configuration, folder, context).run()
    let found = try folder.outputs(configuration.outputs)
    let mistakes = try ProgramOutput(type: configuration.type, files: found.kept)
      .mistakes(in: context)
    guard mistakes.isEmpty else {
      context.show(log: log + Data(("\n" + DiagnosticPrinter().render(mistakes)).utf8))
      throw DataFailure(mistakes)
    }
    for file in found.kept {
      try context.output.write(
        try Data(contentsOf: URL(fileURLWithPath: file.place), options: .alwaysMapped),
        to: file.path)
    }
    if let first = found.others.first {
      let more = found.others.count - 1
      context.tell(
        "it also left '\(first)'" + (more > 0 ? " and \(more) more files" : "")
          + ", which 'outputs' does not name: not kept")
    }
  }
}

/// The type of the artifact that a program's output files form.
package enum OutputType: String, FieldChoice {
  case files, file, model, problems, responses

  package var meaning: String {
    switch self {
    case .files: "files of any sort"
    case .file: "one file of any sort"
    case .model: "a model folder in Hugging Face's layout, with a config.json: docs/own.md"
    case .problems: "problems as the kind 'problems' makes them, splits/NAME.jsonl: docs/own.md"
    case .responses:
      "graded responses as the kind 'sample' makes them, responses.jsonl: docs/own.md"
    }
  }

  var artifact: ArtifactType {
    switch self {
    case .files: .files
    case .file: .file
    case .model: .model
    case .problems: .problems
    case .responses: .responses
    }
  }

  /// Issues if the declared outputs lack files that this type requires.
  func issues(of outputs: [String]) -> [FieldIssue] {
    func lacks(_ path: String) -> [FieldIssue] {
      let folder = path.split(separator: "/").dropLast().joined(separator: "/") + "/"
      return outputs.contains(path) || outputs.contains(folder)
        ? [] : [FieldIssue(["outputs"], "outputs of type '\(rawValue)' need '\(path)'")]
    }
    switch self {
    case .files: return []
    case .file:
      guard outputs.count != 1 || outputs[0].hasSuffix("/") else { return [] }
      return [
        FieldIssue(
          ["outputs"], "an output of type 'file' is one file", help: "or write 'type: files'")
      ]
    case .model: return lacks("config.json")
    case .responses: return lacks(ResponsesArtifact.path)
    case .problems:
      let isSplit = { (path: String) in path.hasPrefix("splits/") }
      return outputs.contains(where: isSplit)
        ? [] : [FieldIssue(["outputs"], "outputs of type 'problems' need 'splits/NAME.jsonl'")]
    }
  }
}
