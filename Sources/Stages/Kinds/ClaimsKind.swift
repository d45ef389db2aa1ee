package import Fields
package import PipelineCore
import Reporting

/// Judges claims from stored results: held, not held, or undecided.
package struct ClaimsKind: ConfiguredStageKind {
  package let name = "claims"
  package let meaning = "Judge claims by stored results: held, not held or undecided"
  package let version = 4
  package let roles = [
    Role(
      "results", accepts: ClaimResultTypes.all.map { $0.type }, collects: true,
      "labels of results; every point of each stage is collected")
  ]
  package let output = ArtifactType.claims
  package let usesSeed = false
  package let usesNumerics = false
  package let namesPrograms = true

  package init() {}

  package struct Configuration: FieldGroup {
    package var title = "Claims"
    package var claims: [String: Claim] = [:]
    package var splits: [String] = []
    package var scores = Scores()

    package init() {}
    package static let meaning = "Claims and the splits they are judged on"
    package static var fields: [Field<Configuration>] {
      [
        .string("title", \.title, "Heading of the verdicts", .semantic),
        .groups("claims", \.claims, keys: "claim", "Claims by name", .semantic, required: true),
        .strings(
          "splits", \.splits, count: 0...64,
          "The splits on each of which claims must hold; none means all", .semantic),
        .scores(\.scores),
      ]
    }

    package func issues() -> [FieldIssue] {
      FieldIssue.repeats(in: splits, at: "splits")
        + (claims.isEmpty ? [FieldIssue(["claims"], "'claims' needs at least one claim")] : [])
    }
  }

  package func upstreamIssues(
    in configuration: Configuration, inputs: [String: [UpstreamStage]], numerics: Numerics?
  ) -> [FieldIssue] {
    let stages = inputs["results"] ?? []
    return configuration.claims.sorted { $0.key < $1.key }.flatMap { name, claim in
      (claim.issues(among: stages) + Self.sameSides(claim)).map {
        $0.prefixed(name).prefixed("claims")
      }
    } + UpstreamResults(stages).issues(forSplits: configuration.splits)
      + Self.scoreIssues(configuration, stages)
  }

  /// Issues with declared scores, and with claims on scores that are not declared.
  private static func scoreIssues(
    _ configuration: Configuration, _ stages: [UpstreamStage]
  ) -> [FieldIssue] {
    let scores = configuration.scores
    let claims = configuration.claims.sorted { $0.key < $1.key }
    return scores.issues(among: stages)
      + scores.issues(
        uses: claims.compactMap { name, claim in
          // The metrics of trainings are the names in their logs.
          claim.isOnResponses(among: stages)
            ? (claim.metric, ["claims", name, "metric"]) : nil
        })
  }

  /// An issue if both sides of a claim are the same: a result is always equal to itself.
  private static func sameSides(_ claim: Claim) -> [FieldIssue] {
    guard !claim.with.isAbsent, claim.compare == claim.with else { return [] }
    return [FieldIssue(["with"], "a result cannot be compared with itself")]
  }

  package func cost(
    of configuration: Configuration, inputs: [String: [UpstreamStage]]
  ) -> StageCost {
    StageCost(work: WorkAmount(sort: "results", amount: inputs["results"]?.count ?? 0))
  }

  package func run(_ configuration: Configuration, in context: any StageContext) throws {
    let inputs = context.collected("results")
    let judge = try ClaimEvaluator(
      inputs, missing: context.missing("results"), splits: configuration.splits,
      scores: configuration.scores,
      metrics: configuration.claims.values.map(\.metric))
    let outcomes = try configuration.claims.sorted { $0.key < $1.key }.map { name, claim in
      try context.leaveIfAsked()
      return judge.judged(claim, named: name)
    }
    let report = ClaimReport(
      title: configuration.title, outcomes, programs: context.programs,
      scores: configuration.scores)
    let table = report.table
    try context.output.write(report.json.file, to: ClaimReport.path)
    try table.write(to: context.output)
  }
}
