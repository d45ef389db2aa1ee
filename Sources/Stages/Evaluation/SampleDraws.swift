import Fields
import OrderedCollections
import Reasoning
import Reporting

extension [ResponseRecord] {
  /// The mean of a score of samples over the ways to take one final response of each sample; nil if
  /// there is none.
  func meanOverDraws(_ score: ([SampledAnswer]) -> Double?) -> Double? {
    Statistics.mean(draws.compactMap { score($0.map(\.sampled)) })
  }

  /// The same for a score that counts equal answers.
  func meanOverVotes(_ score: ([SampledAnswer]) -> Double?) -> Double? {
    Statistics.mean(draws.compactMap { score($0.votes) })
  }

  /// The final responses as draws in which every sample counts once: a sample that was answered
  /// under several given budgets, or in several summaries, has one response in each draw.
  ///
  /// The k responses of `pass@k` and `maj@k` are those of k samples. Two summaries of one thought
  /// are not two samples; counted as such, they would be more than the `num_generations` drawn.
  var draws: [[ResponseRecord]] {
    OrderedDictionary(grouping: final) { record in
      // A thought's largest budget is its own.
      Draw(
        use: record.budgetUse, budget: record.budgetUse == .thinking ? nil : record.budget,
        summary: record.summary)
    }.values.elements
  }
}

private struct Draw: Hashable {
  let use: ResponseRecord.BudgetUse?
  let budget: Int?
  let summary: Int?
}
