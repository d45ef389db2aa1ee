import ModelCore

/// Tokens as a policy loss sees them: a prompt, then a response of which some tokens may be given (a
/// bridge, a forced prefix) and the others were drawn.
package struct TrainingSequence: Sendable, Hashable {
  /// Prompt and response.
  package var tokens: [Int32]
  /// One a token: whether the policy drew it, so that it is trained. Never the first.
  package var isChosen: [Bool]
  /// Of the chosen tokens in order, under the distribution they were drawn from (before top-k, top-p
  /// and min-p).
  package var logProbabilities: [Float]

  /// - Precondition: one entry of `isChosen` a token, one log-probability a chosen token.
  package init(tokens: [Int32], isChosen: [Bool], logProbabilities: [Float]) {
    precondition(tokens.count == isChosen.count, "one mark a token")
    precondition(
      logProbabilities.count == isChosen.count { $0 }, "one log-probability a chosen token")
    self.tokens = tokens
    self.isChosen = isChosen
    self.logProbabilities = logProbabilities
  }

  /// Of a response whose every token was drawn.
  package init(_ rollout: Rollout) {
    self.init(
      tokens: rollout.tokens, isChosen: rollout.isChosen,
      logProbabilities: rollout.response.logProbabilities)
  }

  /// How many tokens are trained.
  package var chosenCount: Int { logProbabilities.count }
}

/// One response to a prompt, as an environment played it.
package struct Episode: Sendable {
  /// The whole response, graded: what reward terms judge and figures count.
  package var rollout: Rollout
  /// What is trained of it.
  package var sequence: TrainingSequence
  /// With budgets: the score (mean correctness of the summaries) at each, ascending. Empty without.
  package var budgetScores: [Double] = []
  /// With budgets: for each chosen token of `sequence` its segment j, from 0: the first budget that
  /// covers it. Nil where no segment's advantage applies; such a token moves nothing. Empty without.
  package var segments: [Int?] = []
  /// With budgets: for each cut, in rising order, the summaries forked from it. Empty without.
  package var branches: [[Branch]] = []
  /// Whether a limit ended it before it was done. `mask_truncated_completions` leaves it out.
  package var isTruncated: Bool

  package init(rollout: Rollout, sequence: TrainingSequence, isTruncated: Bool) {
    self.rollout = rollout
    self.sequence = sequence
    self.isTruncated = isTruncated
  }

  /// A response that is trained whole.
  package init(whole rollout: Rollout) {
    self.init(
      rollout: rollout, sequence: TrainingSequence(rollout),
      isTruncated: rollout.response.stop == .length)
  }

  /// Everything of it that is trained: the response, then the summaries of its cuts in order.
  package var sequences: [TrainingSequence] {
    [sequence] + branches.joined().filter(\.isTrained).map(\.sequence)
  }
}

/// A summary of a cut chain of thought.
package struct Branch: Sendable, Hashable {
  package var sequence: TrainingSequence
  package var reward: Double
  /// The place in `BudgetPlan.budgets` of the budget whose score it counts for. A chain that ends
  /// before several budgets has one cut with summaries for each of them.
  package var budget: Int
  /// Whether it is learned from; `max_summaries_per_step` leaves some out.
  package var isTrained: Bool

  package init(sequence: TrainingSequence, reward: Double, budget: Int, isTrained: Bool = true) {
    self.sequence = sequence
    self.reward = reward
    self.budget = budget
    self.isTrained = isTrained
  }
}

/// The token budgets at which responses are scored, and how much each counts.
package struct BudgetPlan: Sendable, Hashable {
  /// Ascending.
  package var budgets: [Int]
  /// Prior P_j over the budgets, adding up to 1.
  package var weights: [Double]
  /// How many summaries are drawn for each budget.
  package var summariesPerBudget: Int

  package init(budgets: [Int], weights: [Double], summariesPerBudget: Int) {
    precondition(budgets.count == weights.count, "one weight a budget")
    self.budgets = budgets
    self.weights = weights
    self.summariesPerBudget = summariesPerBudget
  }
}

/// All episodes of one prompt, and the numbers attached to the problem.
package struct EpisodeGroup: Sendable {
  package var problem: Problem
  package var episodes: [Episode]
  /// What rewards may ask of the problem, by name: `token_budget`, `b_max`.
  package var fields: [String: Double]
  /// The likeliest response, when the estimator compares with it.
  package var baseline: Rollout?
  /// The budgets of `budgetScores`; nil without.
  package var plan: BudgetPlan?

  package init(
    problem: Problem, episodes: [Episode], fields: [String: Double]? = nil,
    baseline: Rollout? = nil, plan: BudgetPlan? = nil
  ) {
    self.problem = problem
    self.episodes = episodes
    self.fields = fields ?? problem.numbers
    self.baseline = baseline
    self.plan = plan
  }
}

extension Problem {
  /// Those of its fields that are numbers.
  package var numbers: [String: Double] {
    (fields ?? [:]).compactMapValues { field in
      switch field {
      case .int(let number): Double(number)
      case .double(let number): number
      case .bool, .string: nil
      }
    }
  }
}
