package import Fields
import Foundation
package import PipelineCore
package import Reasoning

extension ProblemPart {
  /// The part that a split of this name draws from if the user names none.
  static func ofSplit(named name: String) -> ProblemPart {
    switch name {
    case "train": .train
    case "dev": .dev
    default: .test
    }
  }
}

/// Generates the problems of every split; no prompt is in two parts.
package struct ProblemsKind: ProblemsStageKind {
  package let name = "problems"
  package let meaning = "Generate synthetic reasoning problems, split by the digest of the prompt"
  package let version = 1
  package let roles: [Role] = []
  package let output = ArtifactType.problems
  package let usesSeed = false
  package let usesNumerics = false
  package let showsLog = true

  package init() {}

  package struct Configuration: FieldGroup {
    package var suite = "ladder"
    package var generator: TraceGenerator?
    package var families: [String] = []
    package var splits: [String: Split] = [:]

    package init() {}
    package static let meaning = "The problems to generate"
    package static var fields: [Field<Configuration>] {
      [
        .choice(
          "suite", \.suite, of: ProblemSuites.choices,
          "The suite the families belong to", .semantic),
        .choice(
          "generator", \.generator,
          "Effect of the teachers' detours on answers, in suite controlled_detours. Absent: "
            + "neutral there",
          .semantic),
        .strings(
          "families", \.families, of: ProblemFamilies.choices,
          count: 1...64, "The problem families to draw from, evenly", .semantic, required: true),
        .groups(
          "splits", \.splits, keys: "split",
          "Named sets of problems; no prompt is in two parts", .semantic, required: true),
      ]
    }

    package func issues() -> [FieldIssue] {
      var issues: [FieldIssue] = []
      issues += FieldIssue.repeats(in: families, at: "families")
      let suite = ProblemSuites.named(suite)
      let known = suite?.families.map(\.name) ?? []
      for (index, family) in families.enumerated() where !known.contains(family) {
        issues.append(
          FieldIssue(
            ["families", String(index)],
            UnknownName("family", family, "in suite '\(self.suite)'", among: known)))
      }
      if let suite, let generator, !suite.generators.contains(generator) {
        issues.append(
          FieldIssue(
            ["generator"], "suite '\(suite.name)' has no generator to choose",
            help: "leave it out, or write 'suite: controlled_detours'"))
      }
      if splits.isEmpty {
        issues.append(FieldIssue(["splits"], "'splits' needs at least one split"))
      }
      for name in splits.keys.sorted() where !ProblemsArtifact.isSplitName(name) {
        issues.append(ProblemsArtifact.issue(ofSplitName: name, at: ["splits", name]))
      }
      return issues
    }
  }

  package struct Split: FieldGroup {
    package var count = 1
    package var difficulty = [1, 6]
    package var seed = 0
    package var part: ProblemPart?

    package init() {}
    package static let meaning = "One set of problems"
    package static var fields: [Field<Split>] {
      [
        .int(
          "count", \.count, 1...10_000_000, unit: .problems,
          "Problems wanted, spread evenly over families and difficulties", .semantic,
          required: true),
        .ints(
          "difficulty", \.difficulty, each: 1...6, count: 2...2,
          "Lowest and highest difficulty", .semantic),
        .int("seed", \.seed, 0...Int.max, "Seed of the problems themselves", .semantic),
        .choice(
          "part", \.part,
          "The part of all prompts to draw from; parts share none. Absent: train or dev for a "
            + "split of that name, test for any other", .semantic),
      ]
    }

    fileprivate func generate(
      named name: String, in configuration: Configuration,
      look: (_ found: Int) throws -> Void = { _ in }
    ) throws -> (problems: [Problem], shortfalls: [ProblemShortfall]) {
      let families = try configuration.families.map { try ProblemFamilies.named($0) }
      let generated = try ProblemSplits.generate(
        part ?? .ofSplit(named: name), count: count, families: families,
        difficulties: Array(difficulty[0]...difficulty[1]), seed: UInt64(seed), look: look)
      let generator =
        configuration.generator ?? ProblemSuites.named(configuration.suite)?.generators.first
      return (generated.problems.map { $0.taught(by: generator) }, generated.shortfalls)
    }

    /// The families and difficulties that have fewer different prompts than this requests, as far
    /// as known before the run.
    fileprivate func foreseenShortfalls(
      named name: String, in configuration: Configuration
    ) -> [ProblemShortfall] {
      guard difficulty.count == 2, difficulty[0] <= difficulty[1] else { return [] }
      return ProblemSplits.foreseenShortfalls(
        part ?? .ofSplit(named: name), count: count,
        families: configuration.families.compactMap { try? ProblemFamilies.named($0) },
        difficulties: Array(difficulty[0]...difficulty[1]))
    }

    package func issues() -> [FieldIssue] {
      guard difficulty.count == 2, difficulty[0] > difficulty[1] else { return [] }
      return [
        FieldIssue(
          ["difficulty"], "difficulty runs from \(difficulty[0]) down to \(difficulty[1])",
          help: "write the lower one first: [\(difficulty[1]), \(difficulty[0])]")
      ]
    }
  }

  /// Generates the problems of one split without the other splits.
  package func problems(
    ofSplit name: String, in configuration: Configuration,
    inputs: [(label: String, input: ExternalInput)]
  ) throws -> [Problem]? {
    try configuration.splits[name]?.generate(named: name, in: configuration).problems
  }

  package func cost(
    of configuration: Configuration, inputs: [String: [UpstreamStage]]
  ) -> StageCost {
    let splits = configuration.splits.sorted { $0.key < $1.key }.map(\.value)
    let missing = configuration.splits.flatMap { name, split in
      split.foreseenShortfalls(named: name, in: configuration).map { $0.wanted - $0.got }
    }
    let count = StageCost.sum(splits.map(\.count)) - StageCost.sum(missing)
    let difficulties = splits.map { "\($0.difficulty)" }.joined(separator: " ")
    return StageCost(
      prompts: count, hasFewerPrompts: !missing.isEmpty,
      artifactBytes: .about(StageCost.product(count, StageEstimates.bytesPerProblem)),
      work: WorkAmount(
        sort: "families=\(configuration.families) difficulty=\(difficulties)", amount: count))
  }

  package func remarks(on configuration: Configuration, inputs: [PointInput]) -> [String] {
    configuration.splits.sorted { $0.key < $1.key }.compactMap { name, split in
      let shortfalls = split.foreseenShortfalls(named: name, in: configuration)
      guard !shortfalls.isEmpty else { return nil }
      let missing = StageCost.sum(shortfalls.map { $0.wanted - $0.got })
      return ShortSplit(
        name: name, wanted: split.count, count: split.count - missing,
        cells: shortfalls.map(\.cell), isBound: true
      ).sentence
    }
  }

  package func run(_ configuration: Configuration, in context: any StageContext) throws {
    let names = configuration.splits.keys.sorted()
    var summary = Summary(suite: configuration.suite, splits: [:])
    var files: [(path: String, data: Data)] = []
    if let checkpoint = try context.latestCheckpoint() {
      summary = try JSONDecoder().decode(Summary.self, from: try checkpoint.read(Summary.path))
      files = try names.filter { summary.splits[$0] != nil }.map { name in
        let path = ProblemsArtifact.path(ofSplit: name)
        return (path, try checkpoint.read(path))
      }
    }
    for name in names where summary.splits[name] == nil {
      guard let split = configuration.splits[name] else { continue }
      context.show(log: summary.log)
      let generated = try split.generate(named: name, in: configuration) { found in
        let progress = StageProgress(
          step: files.count, total: names.count, noun: "splits",
          metrics: [
            (name, "\(NumberFormat.count(found)) of \(NumberFormat.count(split.count)) problems")
          ])
        context.show(progress: progress)
        guard context.isAskedToEnd else { return }
        // Finished splits are kept; this split starts again from its beginning after a resume.
        if !files.isEmpty { try context.endStep(progress) { try write(files, summary, to: $0) } }
        try context.leaveIfAsked()
      }
      guard !generated.problems.isEmpty else {
        throw StageFailure("split '\(name)' is empty: its part has no prompts")
      }
      files.append(
        (ProblemsArtifact.path(ofSplit: name), JSONLines.encode(generated.problems.map(\.json))))
      summary.splits[name] = Summary.Split(
        wanted: split.count, count: generated.problems.count,
        shortfalls: generated.shortfalls.map {
          "\($0.cell): \($0.got) of \($0.wanted)"
        })
      let shortfall = generated.problems.count < split.count
      try context.endStep(
        StageProgress(
          step: files.count, total: names.count, noun: "splits",
          metrics: [(name, NumberFormat.count(generated.problems.count) + " problems")]
            + (shortfall ? [("of", NumberFormat.count(split.count) + " asked for")] : []))
      ) { try write(files, summary, to: $0) }
    }
    context.show(log: summary.log)
    for split in summary.short { context.tell(split.sentence) }
    try write(files, summary, to: context.output)
  }

  private func write(
    _ files: [(path: String, data: Data)], _ summary: Summary, to folder: any FolderWriter
  ) throws {
    for file in files { try folder.write(file.data, to: file.path) }
    try folder.write(summary.json.file, to: Summary.path)
  }

  /// The content of `problems.json`: requested and actual counts. They differ if a finite family
  /// ran out of different prompts.
  private struct Summary: Decodable {
    static let path = "problems.json"

    var json: JSONText {
      .object([
        ("suite", .string(suite)),
        (
          "splits",
          .object(
            splits.sorted { $0.key < $1.key }.map { name, split in
              (
                name,
                .object([
                  ("wanted", .int(split.wanted)), ("count", .int(split.count)),
                  ("shortfalls", .array(split.shortfalls.map { .string($0) })),
                ])
              )
            })
        ),
      ])
    }

    /// The splits with fewer problems than requested.
    var short: [ShortSplit] {
      splits.sorted { $0.key < $1.key }.filter { $0.value.count < $0.value.wanted }
        .map { name, split in
          ShortSplit(
            name: name, wanted: split.wanted, count: split.count,
            cells: split.shortfalls.map { String($0.prefix { $0 != ":" }) }, isBound: false)
        }
    }

    /// One log line for each finished split.
    var log: Data {
      let sentences = Dictionary(uniqueKeysWithValues: short.map { ($0.name, $0.sentence) })
      let lines = splits.sorted { $0.key < $1.key }.map { name, split in
        sentences[name] ?? "\(name): \(split.count) problems"
      }
      return Data(lines.map { $0 + "\n" }.joined().utf8)
    }

    struct Split: Decodable {
      var wanted: Int
      var count: Int
      var shortfalls: [String]
    }
    var suite: String
    var splits: [String: Split]
  }
}
