import Reasoning
import Reporting

// Responses of length L that state a budget b or are given one. Every response counts alike, under
// each of its budgets.

/// The share of responses with |L − b| / b at most P percent (L1, Aggarwal & Welleck 2025, arXiv
/// 2503.04697, and SelfBudgeter, Li et al. 2025, arXiv 2505.11274, with other tolerances).
package struct BudgetWithin: Metric {
  static let all = NumberedMetrics(
    "budget_within@B", "share of responses whose length is within B percent of their budget"
  ) { BudgetWithin(percent: $0) }

  let percent: Int

  package var name: String { "budget_within@\(percent)" }
  package var meaning: String { "share of lengths within \(percent) % of the budget" }
  package var header: String { "within \(percent) %" }
  package var axisLabel: String { "share within \(percent) % of the budget" }
  package let unit = MetricUnit.share
  package let readsLengths = true

  package var computation: MetricComputation {
    .overQuestions { question, _ in
      question.excesses { excess, budget in
        // Whole numbers, so that a length at the tolerance itself counts.
        Moments(100 * excess.magnitude <= Double(percent) * budget ? 1 : 0)
      }
    }
  }
}

/// The share of responses with L above b.
package struct BudgetOvershoot: Metric {
  package let name = "budget_overshoot"
  package let meaning = "share of responses that are longer than their budget"
  package let header = "over budget"
  package let axisLabel = "share longer than the budget"
  package let unit = MetricUnit.share
  package let readsLengths = true

  package init() {}

  package var computation: MetricComputation {
    .overQuestions { question, _ in question.excesses { excess, _ in Moments(excess > 0 ? 1 : 0) } }
  }
}

/// The mean of (L − b) / b over the responses with L above b.
package struct BudgetOvershootMean: Metric {
  package let name = "budget_overshoot_mean"
  package let meaning = "mean share of the budget by which the responses above it exceed it"
  package let header = "overshoot"
  package let axisLabel = "mean relative overshoot"
  package let unit = MetricUnit.number
  package let readsLengths = true

  package init() {}

  package var computation: MetricComputation {
    .overQuestions { question, _ in
      question.excesses { excess, budget in excess > 0 ? Moments(excess / budget) : Moments() }
    }
  }
}

extension [ResponseRecord] {
  /// One observation for each response that has a budget, from L − b and b.
  fileprivate func excesses(
    _ observation: (_ excess: Double, _ budget: Double) -> Moments
  ) -> Moments {
    sum { record in
      record.announcedBudget.map {
        observation(Double(record.tokenCount - $0), Double($0))
      } ?? Moments()
    }
  }
}
