package import Fields
package import PipelineCore
import Reporting

/// Lays out evaluations as a table: one row per label and swept value, one column per split and
/// metric.
///
/// Everything is computed from the stored responses alone.
package struct TableKind: ConfiguredStageKind {
  package let name = "table"
  package let meaning = "Lay out evaluations as a table: text, Markdown, CSV and JSON"
  package let version = 6
  package let roles = [
    Role(
      "results", accepts: [.responses], collects: true,
      "labels of evaluations; every point of each stage is collected"),
    Role(
      Self.published, accepts: [.file], required: false,
      "a file of published numbers; the field 'published' adds it"),
  ]
  private static let published = "published"
  package let output = ArtifactType.table
  package let usesSeed = false
  package let usesNumerics = false
  package let namesPrograms = true

  package init() {}

  package struct Configuration: FieldGroup {
    package var title = ""
    package var rows: String?
    package var columns: [String] = [Accuracy().name]
    package var splits: [String] = []
    package var groupBy: Division?
    package var published: String?
    package var scores = Scores()

    package init() {}
    package static let meaning = "Content of the table"
    package static var fields: [Field<Configuration>] {
      [
        .string("title", \.title, "Heading of the table", .semantic),
        .string(
          "rows", \.rows, "The swept field whose values make the rows, as STAGE.field.field",
          .semantic),
        .strings(
          "columns", \.columns, of: Metrics.choices + ScoreTypes.choices, count: 1...16,
          "The metrics to show, for every split", .semantic, required: true),
        .strings(
          "splits", \.splits, count: 0...64,
          "The splits to show, in this order; none means all", .semantic),
        .choice("group_by", \.groupBy, "A row for each of these, under every row", .semantic),
        .string(
          "published", \.published,
          "A published table to show beside these results, as FILE/TABLE of a 'published' folder",
          .semantic),
        .scores(\.scores),
      ]
    }

    package func issues() -> [FieldIssue] {
      var issues =
        FieldIssue.repeats(in: splits, at: "splits")
        + FieldIssue.repeats(in: columns, at: "columns")
        + scores.issues(
          uses: columns.enumerated().map { ($0.element, ["columns", String($0.offset)]) })
      if let published, PublishedNumbers.parts(of: published) == nil {
        issues.append(
          FieldIssue(
            ["published"], "'\(published)' is not of the form FILE/TABLE",
            help: "published/FILE.yaml holds tables by name"))
      }
      return issues
    }
  }

  /// The property of problems by which each row is divided into several.
  package enum Division: String, FieldChoice {
    case family, difficulty

    package var meaning: String {
      switch self {
      case .family: "the problems' families"
      case .difficulty: "the problems' difficulties"
      }
    }
  }

  package func namedFiles(in config: FieldValue) -> [NamedFile] {
    let name = Configuration(decoding: config).published
    return [name.flatMap { .published($0, role: Self.published, field: ["published"]) }]
      .compactMap { $0 }
  }

  package func upstreamIssues(
    in configuration: Configuration, inputs: [String: [UpstreamStage]], numerics: Numerics?
  ) -> [FieldIssue] {
    let results = UpstreamResults(inputs["results"] ?? [])
    return [configuration.rows.flatMap { results.issue(forAxis: $0, at: ["rows"]) }]
      .compactMap { $0 } + results.issues(forSplits: configuration.splits)
      + configuration.columns.enumerated().compactMap { index, name in
        configuration.scores.metric(named: name).flatMap {
          results.issue(forMetric: $0, at: ["columns", String(index)])
        }
      } + configuration.scores.issues(among: inputs["results"] ?? [])
  }

  package func cost(
    of configuration: Configuration, inputs: [String: [UpstreamStage]]
  ) -> StageCost {
    StageCost(work: WorkAmount(sort: "results", amount: inputs["results"]?.count ?? 0))
  }

  package func run(_ configuration: Configuration, in context: any StageContext) throws {
    let grid = try ResultGrid(
      context.collected("results"), missing: context.missing("results"),
      axis: configuration.rows, splits: configuration.splits,
      metrics: configuration.columns)
    let published = try configuration.published.flatMap { name in
      try context.optionalInput(Self.published).map { file in
        try PublishedNumbers.table(name, in: file)
      }
    }
    let table = TableLayout(
      grid: grid, configuration: configuration,
      published: published.map { PublishedColumns(numbers: $0.numbers, table: $0.table) },
      programs: context.programs
    ).table
    try table.write(to: context.output)
  }
}
