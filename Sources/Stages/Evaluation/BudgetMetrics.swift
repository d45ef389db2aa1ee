import Fields
package import Reasoning
package import Reporting

// Metrics of responses under budgets, computed from their records alone.

extension [ResponseRecord] {
  /// The responses that represent a policy: if thoughts were cut, those under the largest budget of
  /// each thought; otherwise all.
  package var final: [ResponseRecord] {
    var largest: [Int: Int] = [:]
    for record in self where record.budgetUse == .thinking {
      largest[record.sample] = Swift.max(largest[record.sample] ?? 0, record.budget ?? 0)
    }
    guard !largest.isEmpty else { return self }
    return filter { $0.budgetUse != .thinking || $0.budget == largest[$0.sample] }
  }

  /// The budgets that occur with this use, ascending.
  package func budgets(_ use: ResponseRecord.BudgetUse) -> [Int] {
    Set(filter { $0.budgetUse == use }.compactMap(\.budget)).sorted()
  }

  package func under(_ use: ResponseRecord.BudgetUse, _ budget: Int) -> [ResponseRecord] {
    filter { $0.budgetUse == use && $0.budget == budget }
  }

  /// One question's score averaged over the thinking budgets, weighted by the prior. Budgets that
  /// do not occur are left out and the other weights are rescaled. Nil without thinking budgets.
  ///
  /// Σ_j P_j r_j of Qi et al. 2025 (arXiv 2505.13438), eq. 3.
  /// - Parameter plan: nil for budgets of equal weight.
  package func anytimeScore(by strategy: any AnswerAggregation, _ plan: BudgetPlan?) -> Double? {
    var (sum, total) = (0.0, 0.0)
    for budget in budgets(.thinking) {
      let place = plan?.budgets.firstIndex(of: budget)
      let weight = plan == nil ? 1 : place.map { plan?.weights[$0] ?? 0 } ?? 0
      sum += weight * under(.thinking, budget).score(by: strategy)
      total += weight
    }
    return total > 0 ? sum / total : nil
  }

  /// Response length compared with the budget that the model stated or was given.
  package var adherence: BudgetAdherence? {
    BudgetAdherence(
      compactMap { record in record.announcedBudget.map { ($0, record.tokenCount) } })
  }
}

extension [[ResponseRecord]] {
  /// Each question's final responses.
  package var final: [[ResponseRecord]] { map(\.final) }

  /// Accuracy at a thinking budget or a prefilled budget, over the questions that have it.
  package func accuracy(
    _ use: ResponseRecord.BudgetUse, at budget: Int, strategy: any AnswerAggregation
  ) -> Estimate? {
    let own = map { $0.under(use, budget) }.filter { !$0.isEmpty }
    return Estimate(
      own.map { $0.score(by: strategy) }, clusters: own.clusters, isShare: true)
  }

  package func anytimeAccuracy(by strategy: any AnswerAggregation, _ plan: BudgetPlan?) -> Estimate?
  {
    let scored = compactMap { question in
      question.anytimeScore(by: strategy, plan).map { (question, $0) }
    }
    return Estimate(
      scored.map(\.1), clusters: scored.map(\.0).clusters, isShare: true)
  }

  /// The cluster of each question. - Precondition: every question has a response.
  package var clusters: [String] { map { $0.first?.clusterName ?? "" } }
}

/// The part of `evaluation.json` on one split's responses under budgets.
struct BudgetReport: Sendable {
  /// The metrics of the responses at one budget.
  struct AtBudget: Sendable {
    let budget: Int
    let accuracy: Estimate
    let meanTokens: Estimate
  }

  /// One row for each thinking budget.
  let thinking: [AtBudget]
  let anytimeAccuracy: Estimate?
  /// One row for each budget that was given to the model.
  let prefilled: [AtBudget]
  /// The fraction of responses with a stated budget above 0, among those that should state one.
  let stated: Double?
  let adherence: BudgetAdherence?

  /// - Returns: nil if no response has a budget.
  init?(_ records: [ResponseRecord], _ judgement: Judgement) {
    guard records.contains(where: { $0.budgetUse != nil }) else { return nil }
    let questions = records.byQuestion
    func rows(_ use: ResponseRecord.BudgetUse) -> [AtBudget] {
      records.budgets(use).compactMap { budget in
        let lengths = questions.map { $0.under(use, budget).map { Double($0.tokenCount) } }
        guard
          let accuracy = questions.accuracy(use, at: budget, strategy: judgement.strategy),
          let tokens = Estimate(samples: lengths)
        else { return nil }
        return AtBudget(budget: budget, accuracy: accuracy, meanTokens: tokens)
      }
    }
    thinking = rows(.thinking)
    anytimeAccuracy = questions.anytimeAccuracy(by: judgement.strategy, judgement.plan)
    prefilled = rows(.prefilled)
    let asked = records.filter { $0.budgetUse == .stated }
    stated =
      asked.isEmpty
      ? nil : Double(asked.count { $0.announcedBudget != nil }) / Double(asked.count)
    adherence = records.adherence
  }

  /// The members that budgets add to a split's JSON object.
  var json: [(String, JSONText)] {
    func optional(_ value: Double?) -> JSONText { value.map { .double($0) } ?? .null }
    func list(_ rows: [AtBudget]) -> JSONText {
      .array(
        rows.map { row in
          .object([
            ("budget", .int(row.budget)), ("accuracy", .double(row.accuracy.mean)),
            ("accuracy_stderr", optional(row.accuracy.standardError)),
            ("accuracy_lower", optional(row.accuracy.interval95?.lowerBound)),
            ("accuracy_upper", optional(row.accuracy.interval95?.upperBound)),
            ("mean_tokens", .double(row.meanTokens.mean)),
          ])
        })
    }
    var members: [(String, JSONText)] = []
    if !thinking.isEmpty { members.append(("budgets", list(thinking))) }
    if let anytimeAccuracy {
      members.append(("anytime_accuracy", .double(anytimeAccuracy.mean)))
      members.append(("anytime_accuracy_stderr", optional(anytimeAccuracy.standardError)))
      let interval = anytimeAccuracy.interval95
      members.append(("anytime_accuracy_lower", optional(interval?.lowerBound)))
      members.append(("anytime_accuracy_upper", optional(interval?.upperBound)))
    }
    if !prefilled.isEmpty { members.append(("prefilled_budgets", list(prefilled))) }
    if let stated { members.append(("stated", .double(stated))) }
    if let adherence {
      members.append(
        (
          "budget_adherence",
          .object([
            ("responses", .int(adherence.count)), ("budget_slope", optional(adherence.slope)),
            ("budget_intercept", optional(adherence.intercept)),
            ("budget_correlation", optional(adherence.correlation)),
            ("budget_matching_rate", .double(adherence.matchingRate)),
            ("budget_error", .double(adherence.meanRelativeError)),
          ])
        ))
    }
    return members
  }
}
