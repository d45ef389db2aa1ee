import ModelCore

/// A sequence as a policy loss sees it: a prompt, then a response in which some tokens may be given
/// and the others are trained.
package struct TrainingSequence: Sendable, Hashable {
  /// The tokens of prompt and response.
  package var tokens: [Int32]
  /// Mask with one entry per token: true if the token is trained, as though the policy had chosen
  /// it. That is a token that it sampled, or in a `ThinkAnswerRollout` one of a forced bridge.
  /// Never true for the first token.
  package var isSampled: [Bool]
  /// Log-probabilities of the sampled tokens in order, under the distribution they were drawn from
  /// (before top-k, top-p and min-p).
  package var logProbabilities: [Float]

  /// Creates a sequence.
  /// - Precondition: one entry of `isSampled` per token, one log-probability per sampled token.
  package init(tokens: [Int32], isSampled: [Bool], logProbabilities: [Float]) {
    precondition(tokens.count == isSampled.count, "one mark a token")
    precondition(
      logProbabilities.count == isSampled.count { $0 }, "one log-probability a sampled token")
    self.tokens = tokens
    self.isSampled = isSampled
    self.logProbabilities = logProbabilities
  }

  /// A response in which every token is trained.
  package init(_ response: Response) {
    self.init(
      tokens: response.tokens, isSampled: response.isSampled,
      logProbabilities: response.sampled.logProbabilities)
  }

  /// Number of trained tokens.
  package var sampledCount: Int { logProbabilities.count }
}

/// One response to a prompt, as an environment played it.
package struct Episode: Sendable {
  /// The whole graded response, which reward terms judge and metrics count.
  package var response: Response
  /// The part that is trained.
  package var sequence: TrainingSequence
  /// With budgets: the score (mean correctness of the summaries) at each budget, ascending.
  /// Otherwise empty.
  package var budgetScores: [Double] = []
  /// With budgets: for each sampled token of `sequence`, its segment j from 0, given by the first
  /// budget that covers the token; nil if no segment's advantage applies, so that the token has no
  /// gradient. Otherwise empty.
  package var segments: [Int?] = []
  /// With budgets: for each cut, in ascending order, the summaries forked from it. Otherwise empty.
  package var summaries: [[Summary]] = []
  /// True if a limit truncated the response. `mask_truncated_completions` excludes it from the
  /// loss.
  package var isTruncated: Bool

  package init(response: Response, sequence: TrainingSequence, isTruncated: Bool) {
    self.response = response
    self.sequence = sequence
    self.isTruncated = isTruncated
  }

  /// An episode whose whole response is trained.
  package init(whole response: Response) {
    self.init(
      response: response, sequence: TrainingSequence(response),
      isTruncated: response.sampled.stop == .length)
  }

  /// All trained sequences: the response, then the summaries of its cuts in order.
  package var sequences: [TrainingSequence] {
    [sequence] + summaries.joined().filter(\.isTrained).map(\.sequence)
  }
}

/// A summary of a truncated chain of thought.
package struct Summary: Sendable, Hashable {
  package var sequence: TrainingSequence
  package var reward: Double
  /// The index in `BudgetPlan.budgets` of the budget that the summary's score counts for. If a
  /// chain ends before several budgets, one cut has summaries for each of them.
  package var budget: Int
  /// True if the summary is trained; `max_summaries_per_step` leaves some out.
  package var isTrained: Bool

  package init(sequence: TrainingSequence, reward: Double, budget: Int, isTrained: Bool = true) {
    self.sequence = sequence
    self.reward = reward
    self.budget = budget
    self.isTrained = isTrained
  }
}

/// The token budgets at which responses are scored, and their weights.
package struct BudgetPlan: Sendable, Hashable {
  /// The budgets, ascending.
  package var budgets: [Int]
  /// Prior P_j over the budgets, adding up to 1.
  package var weights: [Double]
  /// Number of summaries sampled per budget.
  package var summariesPerBudget: Int

  package init(budgets: [Int], weights: [Double], summariesPerBudget: Int) {
    precondition(budgets.count == weights.count, "one weight a budget")
    self.budgets = budgets
    self.weights = weights
    self.summariesPerBudget = summariesPerBudget
  }
}

/// All episodes of one prompt, and the problem's numbers.
package struct EpisodeGroup: Sendable {
  package var problem: Problem
  package var episodes: [Episode]
  /// Numbers of the problem that rewards may use, by name: `token_budget`, `b_max`.
  package var fields: [String: Double]
  /// The greedy response, if the estimator compares with it.
  package var baseline: Response?
  /// The budgets of `budgetScores`; nil without budgets.
  package var plan: BudgetPlan?

  package init(
    problem: Problem, episodes: [Episode], fields: [String: Double]? = nil,
    baseline: Response? = nil, plan: BudgetPlan? = nil
  ) {
    self.problem = problem
    self.episodes = episodes
    self.fields = fields ?? problem.numbers
    self.baseline = baseline
    self.plan = plan
  }
}

extension Problem {
  /// The problem's fields that are numbers.
  package var numbers: [String: Double] {
    (fields ?? [:]).compactMapValues { field in
      switch field {
      case .int(let number): Double(number)
      case .double(let number): number
      case .bool, .string, .texts: nil
      }
    }
  }
}
