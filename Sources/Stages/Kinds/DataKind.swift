package import Fields
import Foundation
package import PipelineCore
package import Reasoning

/// Reads problems from the user's own files of JSON or cells, which are given for each split or
/// divided into splits.
package struct DataKind: ProblemsStageKind {
  static let role = "files"
  /// The label of files that `splits` divides.
  static let divided = "all"
  /// A verifier in addition to those of `AnswerVerifiers`: the family that generated the problem
  /// judges the answer.
  static let familyVerifier = Choice(
    "family", "the family that the line names: chain, scan or search; it can also teach")

  package let name = "data"
  package let meaning =
    "Take problems from files of JSON lines, CSV or TSV, for every split or to be divided"
  package let version = 2
  package let roles = [
    Role(
      Self.role, accepts: [.file, .files], collects: true,
      "splits and their files: {train: {file: train.jsonl}}, or {all: …} for 'splits'"),
    .responseFormat,
  ]
  package let output = ArtifactType.problems
  package let usesSeed = false
  package let usesNumerics = false

  package init() {}

  package struct Configuration: FormattedConfiguration {
    /// Our field names, each with the name that the lines use for it.
    package var fields: [String: String] = [:]
    package var verifier = ExactAnswer().name
    package var verifierOptions = VerifierOptions()
    package var vocabulary = DataVocabulary.ladder
    package var maxPromptLength: Int?
    package var duplicates = DuplicateRule.refuse
    package var balance: [String] = []
    package var lineFormat = LineFormats.standard.name
    package var solution: SolutionChoice?
    package var limit: Int?
    package var shuffle: Int?
    package var responseFormat: FormatConfiguration?
    package var duplicatesBy: PromptIdentity?
    package var splits: [String: Double] = [:]
    package var splitSeed: Int?

    var promptIdentity: PromptIdentity { duplicatesBy ?? .bytes }
    /// The division of the files of `all`; nil if there is none.
    var shares: SplitShares? {
      splits.isEmpty ? nil : SplitShares(splits, seed: splitSeed ?? 0)
    }

    var lines: any LineFormat { LineFormats.named(lineFormat) }
    /// True if problems have responses to imitate.
    var hasResponses: Bool { fields["response"] != nil || !lines.solutions.isEmpty }

    /// The fields that this kind understands; any other field is carried along unchanged.
    static let known = ["prompt", "answer", "response", "difficulty", "family"]

    package init() {}
    package static let meaning = "Conversion of lines to problems"
    package static var fields: [Field<Configuration>] {
      [
        .choice(
          "format", \.lineFormat, of: LineFormats.choices, "The layout of the lines", .semantic),
        .fieldNames(
          \.fields,
          "Names in the lines of prompt and answer (the same names unless written), "
            + "response (to imitate: thinking, its end mark, answer), difficulty (1 to 6) and "
            + "family; any "
            + "other field, such as token_budget, is carried along, and questions of one cluster "
            + "count as one in standard errors"),
        .choice(
          "solution", \.solution,
          "The part of a named format's solutions that becomes the response to imitate. Absent: "
            + "worked where there is worked text, else equations", .semantic),
        .choice(
          "verifier", \.verifier, of: AnswerVerifiers.choices + [familyVerifier],
          "The verifier of answers", .semantic),
        .choice(
          "vocabulary", \.vocabulary, "The texts that lines may have", .semantic),
        .int(
          "max_prompt_length", \.maxPromptLength, 1...65_536, unit: .tokens,
          "Longest prompt, counted by the response format's tokenizer without the chat template; a "
            + "longer one is an error", .semantic),
        .choice(
          "duplicates", \.duplicates,
          "Treatment of a prompt that a split has twice, or that is in two splits", .semantic),
        .choice(
          "duplicates_by", \.duplicatesBy,
          "The sameness of two prompts. Absent: bytes", .semantic),
        Field(
          FieldDescriptor(
            name: "splits",
            type: .map(of: .float(FloatRange(0, 1, excludesLower: true)), keys: "split"),
            defaultValue: .absent,
            meaning: "Shares of the problems in the files of 'all', which add up to 1. The digest "
              + "of a prompt, or of its cluster, decides the split, so another line moves none",
            fieldClass: .semantic)
        ) { root, value in
          root.splits = (value.mapValue ?? [:]).compactMapValues(\.doubleValue)
        },
        .int(
          "split_seed", \.splitSeed, 0...1_000_000_000,
          "Another seed divides in another way. Absent: 0", .semantic),
        .strings(
          "balance", \.balance, of: ProblemBalance.choices, count: 0...2,
          "Train on these groups evenly, outer groups first: each step's problems are drawn by "
            + "chance. Absent: every line once in each shuffled pass", .semantic),
        .int(
          "limit", \.limit, 1...1_000_000_000, unit: .problems,
          "Keep the first problems of each split, at most this many. All lines are checked",
          .semantic),
        .int(
          "shuffle", \.shuffle, 0...1_000_000_000,
          "A seed: shuffle the problems of each split, before 'limit' keeps the first", .semantic),
        responseFormat(\.responseFormat),
      ] + VerifierOptions.fields(in: \.verifierOptions)
    }

    package func issues() -> [FieldIssue] {
      var issues: [FieldIssue] = []
      issues += FieldIssue.ofCarried(fields.keys, known: Self.known)
      issues += lineFormatIssues()
      issues += splitIssues()
      issues += verifierOptions.issues()
      issues += verifierOptions.issues(
        with: AnswerVerifiers.named(verifier), named: verifier, given: fields.keys)
      issues += FieldIssue.repeats(in: balance, at: "balance")
      for (index, field) in balance.enumerated() where fields[field] == nil {
        issues.append(
          FieldIssue(
            ["balance", String(index)],
            "a balance by '\(field)' needs to know each line's \(field)",
            help: "map '\(field)' under 'fields'"))
      }
      if verifier == familyVerifier.name, fields["family"] == nil {
        issues.append(
          FieldIssue(
            ["verifier"], "'verifier: family' needs to know each line's family",
            help: "map 'family' under 'fields'"))
      }
      if vocabulary == .any, maxPromptLength != nil {
        issues.append(
          FieldIssue(
            ["max_prompt_length"], "'max_prompt_length' needs a vocabulary that counts tokens",
            help: "leave out 'max_prompt_length', or 'vocabulary: any'"))
      }
      return issues
    }

    private func splitIssues() -> [FieldIssue] {
      var issues = splits.keys.sorted().filter { !ProblemsArtifact.isSplitName($0) }.map {
        ProblemsArtifact.issue(ofSplitName: $0, at: ["splits", $0])
      }
      let sum = splits.sorted { $0.key < $1.key }.reduce(0) { $0 + $1.value }
      if !splits.isEmpty, abs(sum - 1) > 1e-9 {
        issues.append(
          FieldIssue(
            ["splits"],
            "the shares add up to \(NumberFormat.fixed(sum, digits: 3)), not to 1"))
      }
      if splits.isEmpty, splitSeed != nil {
        issues.append(
          FieldIssue(
            ["split_seed"], "'split_seed' has no meaning without 'splits'",
            help: "write splits: {train: 0.8, test: 0.2}"))
      }
      return issues
    }

    /// The splits that are made of files with these labels.
    func splitNames(ofLabels labels: [String]) -> [String] {
      guard let shares else { return labels }
      return labels.flatMap { $0 == DataKind.divided ? shares.names : [$0] }
    }

    /// Fields that have no meaning with the format of the lines.
    private func lineFormatIssues() -> [FieldIssue] {
      var issues: [FieldIssue] = []
      for name in lines.ownFields where fields[name] != nil {
        issues.append(
          FieldIssue(
            ["fields", name], "'format: \(lineFormat)' finds the \(name) itself",
            help: "leave out '\(name)', or 'format'"))
      }
      guard let solution, !lines.solutions.contains(solution) else { return issues }
      let known = lines.solutions.map { "'solution: \($0.rawValue)'" }.joined(separator: " or ")
      issues.append(
        FieldIssue(
          ["solution"],
          "'solution: \(solution.rawValue)' has no meaning with 'format: \(lineFormat)'",
          help: known.isEmpty ? "map 'response' under 'fields'" : "write \(known)"))
      return issues
    }
  }

  package func revisions(of config: FieldValue) -> [String: Int] {
    let verifier = AnswerVerifiers.named(Configuration(decoding: config).verifier)
    return AnswerVerifiers.revisions(of: verifier.map { [$0] } ?? [])
  }

  package func upstreamIssues(
    in configuration: Configuration, inputs: [String: [UpstreamStage]], numerics: Numerics?
  ) -> [FieldIssue] {
    let files = inputs[Self.role] ?? []
    var issues = files.flatMap { input -> [FieldIssue] in
      let label = input.label ?? ""
      let path = ["inputs", Self.role, label]
      var issues: [FieldIssue] = []
      if !ProblemsArtifact.isSplitName(label) {
        issues.append(ProblemsArtifact.issue(ofSplitName: label, at: path))
      }
      if configuration.splits[label] != nil {
        issues.append(
          FieldIssue(
            path, "split '\(label)' has files of its own and a share of 'splits'",
            help: "give what 'splits' divides as '\(Self.divided)'"))
      }
      if let axis = input.axes.first {
        issues.append(
          FieldIssue(
            path, "split '\(label)' takes one file, but '\(input.stage)' is split by '\(axis)'"))
      }
      return issues
    }
    if configuration.shares != nil, !files.isEmpty,
      !files.contains(where: { $0.label == Self.divided })
    {
      issues.append(
        FieldIssue(
          ["splits"], "'splits' divides the files of '\(Self.divided)', and none are given",
          help: "write inputs: {files: {\(Self.divided): {file: …}}}"))
    }
    return issues
  }

  package func cost(
    of configuration: Configuration, inputs: [String: [UpstreamStage]]
  ) -> StageCost {
    guard let size = StageEstimates.bytes(ofFilesFrom: inputs[Self.role] ?? []) else {
      return StageCost()
    }
    return StageCost(artifactBytes: .about(size), work: WorkAmount(sort: "bytes", amount: size))
  }

  package func findings(in files: [ExternalInput.Opened], for config: FieldValue) -> FileFindings {
    // A file that cannot be read fails the stage later, with the reason.
    let reader = DataReader(
      Configuration(decoding: config),
      files: files.flatMap { input in
        input.label.flatMap {
          try? DataFile.files(of: input.artifact, named: input.name, label: $0)
        } ?? []
      })
    return FileFindings(
      mistakes: reader.diagnostics,
      counts: Dictionary(
        reader.splits.map { ($0.name, $0.problems.count) }, uniquingKeysWith: { first, _ in first })
    )
  }

  /// Reads the problems of one split.
  /// - Throws: `DataFailure`.
  package func problems(
    ofSplit split: String, in configuration: Configuration,
    inputs: [(label: String, input: ExternalInput)]
  ) throws -> [Problem]? {
    let label = configuration.splits[split] == nil ? split : Self.divided
    // Only the splits that lose problems to others depend on them.
    let needed = inputs.filter {
      $0.label == label || configuration.duplicates == .dropAcross
    }
    let reader = DataReader(
      configuration,
      files: try needed.flatMap { try DataFile.files(of: $0.input, label: $0.label) { $0 } })
    guard reader.diagnostics.isEmpty else { throw DataFailure(reader.diagnostics) }
    return reader.splits.first { $0.name == split }?.problems
  }

  package func run(_ configuration: Configuration, in context: any StageContext) throws {
    if let missing = context.missing(Self.role).first {
      throw StageFailure("the file of split '\(missing.label)' was not made")
    }
    let reader = DataReader(
      configuration,
      files: try context.collected(Self.role).flatMap {
        try DataFile.files(of: $0.artifact, named: $0.stage, label: $0.label)
      })
    guard reader.diagnostics.isEmpty else { throw DataFailure(reader.diagnostics) }
    let splits = reader.splits.sorted { $0.name < $1.name }
    for split in splits {
      try context.output.write(
        JSONLines.encode(split.problems.map(\.json)),
        to: ProblemsArtifact.path(ofSplit: split.name))
    }
    let balance = configuration.balance
    let asked: [(String, JSONText)] =
      balance.isEmpty
      ? [] : [(ProblemsArtifact.balanceMember, .array(balance.map { .string($0) }))]
    let summary = JSONText.object(
      asked + [
        ("splits", .object(splits.map { ($0.name, figures(of: $0, configuration)) }))
      ])
    try context.output.write(summary.file, to: ProblemsArtifact.summaryPath)
  }

  private func figures(of split: DataReader.Split, _ configuration: Configuration) -> JSONText {
    .object(
      [("count", .int(split.problems.count)), ("repeats", .int(split.repeats))]
        + (configuration.duplicates == .dropAcross ? [("shared", .int(split.shared))] : []))
  }
}

/// The texts that may occur in the lines.
package enum DataVocabulary: String, FieldChoice {
  case ladder, any

  package var meaning: String {
    switch self {
    case .ladder: "what the response format can read; anything else is a mistake"
    case .any: "any text, for programs of one's own; models do not take it"
    }
  }
}

package enum DuplicateRule: String, FieldChoice {
  case refuse, drop
  case dropAcross = "drop_across"

  package var meaning: String {
    switch self {
    case .refuse: "a mistake"
    case .drop: "left out of a split that has it already; in two splits it is a mistake"
    case .dropAcross:
      "left out of splits too that others come before: test and others, then dev, then train"
    }
  }
}

/// An error for data files with mistakes. Mistakes known before a run are shown in full and end the
/// run; this error is for files that were made or changed after that check.
struct DataFailure: Error, CustomStringConvertible {
  let description: String

  init(_ diagnostics: [Diagnostic]) {
    let shown = diagnostics.prefix(3).map { diagnostic in
      let (file, range) = (diagnostic.file.name, diagnostic.range)
      return "\(file):\(range.line):\(range.column): \(diagnostic.message)"
    }
    let more = diagnostics.count - shown.count
    description =
      shown.joined(separator: "; ")
      + (more > 0 ? "; and \(more) more mistake\(more == 1 ? "" : "s")" : "")
  }
}
