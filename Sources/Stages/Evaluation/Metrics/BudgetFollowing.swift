import Reasoning
import Reporting

// Metrics of responses that state a budget b, or are given one in a header, and have the length L.
// Every response counts alike, under each of its budgets.

/// The mean of b.
package struct MeanBudget: Metric {
  package let name = "mean_budget"
  package let meaning = "mean of the budgets that responses state or are given"
  package let header = "budget"
  package let axisLabel = "mean budget"
  package let unit = MetricUnit.tokens

  package init() {}

  package var computation: MetricComputation {
    .overQuestions { question, _ in question.announced { b, _ in Moments(b) } }
  }
}

/// The share of all responses that have a b.
package struct BudgetStated: Metric {
  package let name = "budget_stated"
  package let meaning = "share of responses that state a budget, or are given one"
  package let header = "stated"
  package let axisLabel = "share that state a budget"
  package let unit = MetricUnit.share

  package init() {}

  package var computation: MetricComputation {
    .overQuestions { question, _ in
      question.sum { Moments($0.announcedBudget == nil ? 0 : 1) }
    }
  }
}

/// The slope of the least-squares line of L over b: 1 where length follows the budget.
package struct BudgetSlope: Metric {
  package let name = "budget_slope"
  package let meaning = "slope of a line fitted to length over the budget stated or given"
  package let header = "slope"
  package let axisLabel = "slope of length over budget"
  package let unit = MetricUnit.number
  package let readsLengths = true

  package init() {}

  package var computation: MetricComputation {
    .overQuestions(.slope) { question, _ in question.announced { Moments(x: $0, y: $1) } }
  }
}

/// Pearson's correlation of b and L.
package struct BudgetCorrelation: Metric {
  package let name = "budget_correlation"
  package let meaning = "correlation of length with the budget stated or given"
  package let header = "correlation"
  package let axisLabel = "correlation of length and budget"
  package let unit = MetricUnit.number
  package let readsLengths = true

  package init() {}

  package var computation: MetricComputation {
    .overQuestions(.correlation) { question, _ in question.announced { Moments(x: $0, y: $1) } }
  }
}

/// The share of responses with |L − b| / b at most ½, the tolerance of `BudgetAdherence`.
package struct BudgetMatchingRate: Metric {
  package let name = "budget_matching_rate"
  package let meaning = "share of responses whose length is within half of their budget"
  package let header = "matching"
  package let axisLabel = "share within half of the budget"
  package let unit = MetricUnit.share
  package let readsLengths = true

  package init() {}

  package var computation: MetricComputation {
    .overQuestions { question, _ in
      question.relativeErrors { Moments($0 <= BudgetAdherence.tolerance ? 1 : 0) }
    }
  }
}

/// The mean of |L − b| / b.
package struct BudgetError: Metric {
  package let name = "budget_error"
  package let meaning = "mean distance of length from budget, as a share of the budget"
  package let header = "error"
  package let axisLabel = "mean relative error of length"
  package let unit = MetricUnit.number
  package let readsLengths = true

  package init() {}

  package var computation: MetricComputation {
    .overQuestions { question, _ in question.relativeErrors { Moments($0) } }
  }
}

extension [ResponseRecord] {
  /// One observation for each response that has a budget b and a length L.
  fileprivate func announced(_ observation: (_ b: Double, _ length: Double) -> Moments) -> Moments {
    sum { record in
      record.announcedBudget.map { observation(Double($0), Double(record.tokenCount)) } ?? Moments()
    }
  }

  /// One observation for each |L − b| / b.
  fileprivate func relativeErrors(_ observation: (Double) -> Moments) -> Moments {
    sum { record in
      record.announcedBudget.map {
        observation(BudgetAdherence.relativeError(budget: $0, length: record.tokenCount))
      } ?? Moments()
    }
  }
}
