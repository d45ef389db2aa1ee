package import Fields
package import PipelineCore
package import Reasoning

/// Computes the advantages that budget relative policy optimisation (BRPO) would give to stored
/// responses, without training on them. Use it to compare how much variance its baselines leave.
package struct AdvantageVarianceKind: ConfiguredStageKind {
  package let name = "advantage_variance"
  package let meaning = "Variance of advantages under each baseline, for thoughts cut at budgets"
  package let version = 2
  package let roles = [
    Role("responses", accepts: [.responses], "responses cut at 'budgets', of 'sample' or 'eval'")
  ]
  package let output = ArtifactType.advantages
  package let usesSeed = false
  package let usesNumerics = false

  package init() {}

  package struct Configuration: FieldGroup {
    package var baseline = BudgetBaseline.brpo
    package var lambda = 0.5
    package var prior = BudgetPrior.uniform
    package var weights: [Double] = []

    package init() {}
    package static let meaning = "Returns and their baselines"
    package static var fields: [Field<Configuration>] {
      [
        .choice(
          "brpo_baseline", \.baseline, "The baseline that is subtracted from a return", .semantic),
        .float(
          "brpo_lambda", \.lambda, .unit, "Decay of a score per earlier budget",
          .semantic),
        .choice("budget_prior", \.prior, "Weights of the budgets in a return", .semantic),
        .floats(
          "budget_weights", \.weights, each: .nonNegative, count: 0...64,
          "The weight of every budget, for 'budget_prior: explicit'", .semantic),
      ]
    }

    package func issues() -> [FieldIssue] {
      guard (prior == .explicit) == weights.isEmpty else { return [] }
      return [
        prior == .explicit
          ? FieldIssue(
            ["budget_prior"], "'explicit' needs weights",
            help: "add 'budget_weights: [...]', one for every budget")
          : FieldIssue(
            ["budget_weights"], "budget_weights has no effect without 'budget_prior: explicit'")
      ]
    }
  }

  package func upstreamIssues(
    in configuration: Configuration, inputs: [String: [UpstreamStage]], numerics: Numerics?
  ) -> [FieldIssue] {
    guard let source = inputs["responses"]?.first, source.config["sampling"].mapValue != nil else {
      return []
    }
    let budgets = source.config["budgets"].listValue?.count ?? 0
    if budgets == 0 {
      return [
        FieldIssue(
          ["inputs", "responses"], "'\(source.stage)' does not cut its thoughts",
          help: "add 'budgets: [...]' to it")
      ]
    }
    guard configuration.prior == .explicit, configuration.weights.count != budgets else {
      return []
    }
    return [
      FieldIssue(
        ["budget_weights"],
        "\(configuration.weights.count) weights do not match the \(budgets) budgets of "
          + "'\(source.stage)'")
    ]
  }

  package func run(_ configuration: Configuration, in context: any StageContext) throws {
    let records = try ResponsesArtifact.read(context.input("responses"))
    let estimator = BRPO(baseline: configuration.baseline, lambda: configuration.lambda)
    let rows = try records.byQuestion.flatMap { question -> [AdvantageRecord] in
      try context.leaveIfAsked()
      return try AdvantageRecord.all(
        of: question, by: estimator, prior: configuration.prior, given: configuration.weights)
    }
    guard !rows.isEmpty else {
      throw StageFailure("none of the \(records.count) responses was cut at a budget")
    }
    try context.output.write(JSONLines.encode(rows.map(\.json)), to: AdvantageRecord.path)
  }
}
