package import Fields
import Foundation
package import PipelineCore
package import Reasoning

/// Reads runs of other evaluation tools as responses with their grades, so that tables, claims,
/// plots and `laconic diff` work on them.
package struct ImportKind: ConfiguredStageKind {
  static let role = "logs"
  /// The file that says what was read, and on which responses a verifier and the log disagree.
  package static let summaryPath = "import.json"

  package let name = "import"
  package let meaning = "Take responses and their grades from logs of other evaluation tools"
  package let version = 1
  package let roles = [
    Role(
      Self.role, accepts: [.file], collects: true,
      "logs by split, or by any name with 'split': {test: {file: samples.jsonl}}"),
    Role(
      RoleName.problems, accepts: [.problems], required: false,
      "the problems that the logs answer, so that questions pair with those of other stages"),
    .responseFormat,
  ]
  package let output = ArtifactType.responses
  package let usesSeed = false
  package let usesNumerics = false

  package init() {}

  package struct Configuration: FormattedConfiguration {
    package var logFormat: String?
    package var split: String?
    package var filter: String?
    package var metric: String?
    package var threshold = 1.0
    package var verifier: String?
    package var reference: String?
    /// Our field names, each with the path of names that a sample uses for it.
    package var fields: [String: String] = [:]
    package var pairBy = PairingRule.prompt
    package var errors = ErrorRule.leaveOut
    package var tokenCounts = TokenCountRule.log
    package var responseFormat: FormatConfiguration?

    /// The fields that this kind understands; any other is carried along unchanged.
    static let known = ["prompt", "answer", "id", "difficulty", "family"]
    /// The fields that a sample must have where they are asked for.
    static let needed: Set<String> = ["prompt", "answer", "id"]

    package init() {}
    package static let meaning = "The logs' format, their grades and what they pair with"
    package static var fields: [Field<Configuration>] {
      [
        .choice(
          "format", \.logFormat, of: LogFormats.choices,
          "The tool that wrote the logs. Absent: seen in each log", .semantic),
        .string(
          "split", \.split,
          "The split of all logs, whose responses are samples of the same questions. Absent: each "
            + "log is the split of its name", .semantic),
        .string(
          "filter", \.filter,
          "The filter of lm-evaluation-harness whose grades are taken; needed if there are several",
          .semantic),
        .string(
          "metric", \.metric,
          "The metric that is the grade. Absent: exact_match, math_verify or acc of lm_eval, the "
            + "only scorer of inspect, the reward of verifiers", .semantic),
        .float(
          "threshold", \.threshold, .finite, "The least value of the metric that counts as right",
          .semantic),
        .choice(
          "verifier", \.verifier, of: AnswerVerifiers.choices,
          "Judge the answers again, instead of taking the grades; both are compared", .semantic),
        .choice(
          "reference", \.reference, of: AnswerFinders.choices,
          "Where the reference answer is in the logs' target: hash for GSM8K. Absent: all of it",
          .semantic),
        .fieldNames(
          \.fields,
          "Paths in a sample of prompt, answer (the reference), id, difficulty (1 to 6) "
            + "and family: {prompt: doc.question}; any other field is carried along"),
        .choice(
          "pair_by", \.pairBy, "The way samples find their problems among 'problems'", .semantic),
        .choice(
          "errors", \.errors, "Treatment of a sample that failed instead of giving a response",
          .semantic),
        .choice("token_counts", \.tokenCounts, "The source of token counts", .semantic),
        responseFormat(\.responseFormat),
      ]
    }

    package func issues() -> [FieldIssue] {
      var issues: [FieldIssue] = []
      if let split, !ProblemsArtifact.isSplitName(split) {
        issues.append(ProblemsArtifact.issue(ofSplitName: split, at: ["split"]))
      }
      issues += FieldIssue.ofCarried(fields.keys, known: Self.known)
      if tokenCounts == .tokenizer, responseFormat == nil {
        issues.append(
          FieldIssue(
            ["token_counts"], "'token_counts: tokenizer' needs a tokenizer",
            help: "write 'response_format: {name: chat, model: FOLDER}'"))
      }
      return issues
    }
  }

  package func upstreamIssues(
    in configuration: Configuration, inputs: [String: [UpstreamStage]], numerics: Numerics?
  ) -> [FieldIssue] {
    var issues: [FieldIssue] = []
    for input in inputs[Self.role] ?? [] {
      let label = input.label ?? ""
      guard configuration.split == nil, !ProblemsArtifact.isSplitName(label) else { continue }
      issues.append(ProblemsArtifact.issue(ofSplitName: label, at: ["inputs", Self.role, label]))
    }
    if inputs[RoleName.problems]?.isEmpty ?? true, configuration.pairBy != .prompt {
      issues.append(
        FieldIssue(
          ["pair_by"], "'pair_by' needs the input 'problems'",
          help: "give the stage of the problems: inputs: {problems: NAME}"))
    }
    return issues
  }

  package func cost(
    of configuration: Configuration, inputs: [String: [UpstreamStage]]
  ) -> StageCost {
    guard let size = StageEstimates.bytes(ofFilesFrom: inputs[Self.role] ?? []) else {
      return StageCost()
    }
    return StageCost(artifactBytes: .atMost(size), work: WorkAmount(sort: "bytes", amount: size))
  }

  /// The mistakes in the logs alone: samples find their problems when the stage runs.
  package func findings(in files: [ExternalInput.Opened], for config: FieldValue) -> FileFindings {
    var reading = ResponseImport(Configuration(decoding: config))
    for file in files where file.role == Self.role {
      // A file that cannot be read fails the stage later, with the reason.
      guard let label = file.label, let path = file.artifact.files.first,
        let bytes = try? file.artifact.read(path)
      else { continue }
      reading.read(bytes, named: file.name, label: label)
    }
    return FileFindings(mistakes: reading.mistakes)
  }

  package func run(_ configuration: Configuration, in context: any StageContext) throws {
    if let missing = context.missing(Self.role).first {
      throw StageFailure("the log '\(missing.label)' was not made")
    }
    let problems = context.optionalInput(RoleName.problems)
    var reading = ResponseImport(
      configuration,
      answering: try problems.map { .given(try ProblemsArtifact.splits(of: $0)) } ?? .ofLogs)
    for input in context.collected(Self.role) {
      guard let path = input.artifact.files.first, input.artifact.files.count == 1 else {
        throw StageFailure(
          "the log '\(input.label)' is one file, not \(input.artifact.files.count)")
      }
      reading.read(try input.artifact.read(path), named: input.stage, label: input.label)
      try context.leaveIfAsked()
    }
    guard reading.mistakes.isEmpty else { throw DataFailure(reading.mistakes) }
    let responses = reading.responses
    guard !responses.isEmpty else {
      throw StageFailure("no sample of the logs has a response and a grade")
    }
    for sentence in reading.summaries.flatMap(\.sentences) { context.tell(sentence) }
    try ResponsesArtifact.write(responses, to: context.output)
    try context.output.write(
      JSONText.object([("logs", .array(reading.summaries.map(\.json)))]).file,
      to: Self.summaryPath)
  }
}

/// The treatment of a sample that failed.
package enum ErrorRule: String, FieldChoice {
  case leaveOut = "leave_out"
  case wrong, refuse

  package var meaning: String {
    switch self {
    case .leaveOut: "left out and counted; the tool's own figures leave them out too"
    case .wrong: "an unfinished response without text, which is wrong"
    case .refuse: "a mistake"
    }
  }
}

/// The source of token counts.
package enum TokenCountRule: String, FieldChoice {
  case log, tokenizer

  package var meaning: String {
    switch self {
    case .log: "the log; where it has none, metrics of tokens have no value"
    case .tokenizer: "the response format's tokenizer, on the text of the response"
    }
  }
}
