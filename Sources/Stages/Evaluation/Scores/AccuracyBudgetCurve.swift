import Reasoning
import Reporting

/// A weighted sum of the accuracy at several budgets, which is a mean over questions: with the
/// weights of `LogAxis` it is the area under the curve.
struct AccuracyBudgetCurve: Metric {
  let budgets: [Int]
  let weights: [Double]

  let name = "accuracy_curve"
  let meaning = "a weighted sum of the accuracy at several budgets"
  let axisLabel = "weighted accuracy at budgets"
  let unit = MetricUnit.share
  let readsLengths = true

  var computation: MetricComputation {
    .overQuestions { question, judgement in
      var sum = 0.0
      for (budget, weight) in zip(budgets, weights) where weight != 0 {
        guard let score = question.score(at: budget, by: judgement.strategy) else {
          return Moments()
        }
        sum += weight * score
      }
      return Moments(sum)
    }
  }
}

extension [ResponseRecord] {
  /// One question's score at a budget: that of the responses under it where responses were held to
  /// budgets; elsewhere that of all responses, of which a longer one counts as wrong. Nil if
  /// responses were held to other budgets only.
  fileprivate func score(at budget: Int, by strategy: any AnswerAggregation) -> Double? {
    let held = filter { $0.budgetUse == .thinking || $0.budgetUse == .prefilled }
    guard held.isEmpty else {
      let under = held.filter { $0.budget == budget }
      return under.isEmpty ? nil : under.score(by: strategy)
    }
    return map(ResultFilter().at(cutoff: budget).applied).score(by: strategy)
  }
}
