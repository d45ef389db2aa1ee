import Fields
import OrderedCollections
import PipelineCore
package import Reasoning

/// The return and the advantage of one segment of a thought: a line of `advantages.jsonl`.
package struct AdvantageRecord: Decodable, Sendable {
  package static let path = "advantages.jsonl"

  package var split: String
  package var problem: Problem
  package var sample: Int
  /// The budget that ends the segment.
  package var budget: Int
  /// R_j of `BRPO`.
  package var reward: Double
  /// R_j - V_j.
  package var advantage: Double

  private enum CodingKeys: String, CodingKey {
    case split, problem, sample, budget
    case reward = "return"
    case advantage
  }

  /// The records of all samples of one question. Each sample is scored at every budget by the mean
  /// of its summaries.
  /// - Throws: `StageFailure` if the samples were cut at different budgets; `BudgetError` if the
  ///   prior does not fit the budgets.
  static func all(
    of question: [ResponseRecord], by estimator: BRPO, prior: BudgetPrior, given: [Double]
  ) throws -> [AdvantageRecord] {
    let samples = OrderedDictionary(
      grouping: question.filter { $0.budgetUse == .thinking }, by: \.sample
    ).values.elements
    guard let first = samples.first?.first else { return [] }
    let budgets = Set(samples[0].compactMap(\.budget)).sorted()
    let scores = try samples.map { records in
      try budgets.map { budget in
        let answers = records.filter { $0.budget == budget }
        guard !answers.isEmpty else {
          throw StageFailure(
            "the thoughts about \(first.problem.prompt.debugDescription) were cut at different "
              + "budgets, so they cannot be compared")
        }
        return Double(answers.count(where: \.isCorrect)) / Double(answers.count)
      }
    }
    let weights = try prior.weights(for: budgets, given: given)
    let advantages = estimator.advantages(scores: scores, weights: weights)
    return samples.indices.flatMap { sample in
      let returns = BRPO.returns(scores: scores[sample], weights: weights)
      return budgets.indices.map { j in
        AdvantageRecord(
          split: first.split, problem: first.problem, sample: samples[sample][0].sample,
          budget: budgets[j], reward: returns[j], advantage: advantages[sample][j])
      }
    }
  }

  var json: JSONText {
    .object([
      (CodingKeys.split.rawValue, .string(split)), (CodingKeys.problem.rawValue, problem.json),
      (CodingKeys.sample.rawValue, .int(sample)), (CodingKeys.budget.rawValue, .int(budget)),
      (CodingKeys.reward.rawValue, .double(reward)),
      (CodingKeys.advantage.rawValue, .double(advantage)),
    ])
  }
}
