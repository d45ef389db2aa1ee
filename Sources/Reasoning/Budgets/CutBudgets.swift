package import Fields

/// The fields of thoughts that are cut at budgets: where, how much each budget counts, and how
/// often each part is answered. Rollouts and the stages that sample share them.
package struct CutBudgets: FieldGroup, Hashable {
  package var budgets: [Int] = []
  package var prior: BudgetPrior?
  package var weights: [Double] = []
  package var numSummaries = 1

  package init() {}

  package static let meaning = "The places where thinking is cut, and the answers there"

  /// `budgets` and `budget_prior` mean something else in each group that has these fields, which
  /// says so by `fields(in:meanings:)`.
  package static var fields: [Field<CutBudgets>] {
    [
      .ints(
        "budgets", \.budgets, each: 1...65_536, count: 0...64, unit: .tokens,
        "Token counts at which thinking is cut, ascending", .semantic),
      .choice("budget_prior", \.prior, "The share that each of 'budgets' has", .semantic),
      .floats(
        "budget_weights", \.weights, each: .nonNegative, count: 0...64,
        "The weight of every budget, for 'budget_prior: explicit'", .semantic),
      .int(
        "num_summaries", \.numSummaries, 1...1024, unit: .completions,
        "Answers to each part of the thinking", .semantic),
    ]
  }

  package func issues() -> [FieldIssue] {
    var issues = FieldIssue.unlessAscending(budgets, at: "budgets")
    if let prior, budgets.isEmpty {
      issues.append(
        FieldIssue(
          ["budget_prior"], "budget_prior '\(prior.rawValue)' needs 'budgets'",
          help: "add 'budgets: [...]', token counts in ascending order"))
    }
    guard prior == .explicit else {
      guard !weights.isEmpty else { return issues }
      return issues + [
        FieldIssue(
          ["budget_weights"], "budget_weights has no effect without 'budget_prior: explicit'")
      ]
    }
    if weights.count != budgets.count {
      issues.append(
        FieldIssue(
          ["budget_weights"], "\(weights.count) weights do not match \(budgets.count) budgets",
          help: "give one weight for every budget"))
    } else if !weights.isEmpty, !weights.contains(where: { $0 > 0 }) {
      issues.append(FieldIssue(["budget_weights"], "one weight at least must be above 0"))
    }
    return issues
  }

  /// The names of the fields that are set. A prior without budgets is left out, since `issues()`
  /// reports it.
  package var written: [String] {
    [
      ("budgets", !budgets.isEmpty), ("budget_prior", prior != nil && !budgets.isEmpty),
      ("num_summaries", numSummaries > 1),
    ].filter(\.1).map(\.0)
  }

  /// The budgets with their weights, by default uniform.
  /// - Throws: `BudgetError` if the fields were not validated.
  package var plan: BudgetPlan {
    get throws {
      BudgetPlan(
        budgets: budgets,
        weights: try (prior ?? .uniform).weights(for: budgets, given: weights),
        summariesPerBudget: numSummaries)
    }
  }
}
