package import Fields
import Reporting

/// The money that one right response costs, wrong and unfinished ones paid for as well: the
/// cost-of-pass C / R of Erol et al. 2025 (arXiv 2504.13359), Σ_q mean cost / Σ_q share right over
/// questions q. A response of L tokens to a prompt of P tokens costs
/// (P · input + L · output) / 10⁶; every response pays for its prompt. `tokens_per_correct` is the
/// same for free prompts and a price of one for each token.
package struct CostOfPass: Score {
  package var input = 0.0
  package var output = 0.0

  package init() {}

  package static let name = "cost_of_pass"
  package static let meaning = "money for one right response, by prices for a million tokens"
  package static let header = "cost of pass"
  package static let axisLabel = "cost of one right response"
  package static let unit = MetricUnit.money
  package static var fields: [Field<CostOfPass>] {
    [
      .float(
        "input", \.input, .nonNegative, "The price of a million tokens of prompts", .semantic,
        required: true),
      .float(
        "output", \.output, .nonNegative, "The price of a million generated tokens", .semantic,
        required: true),
    ]
  }

  package var computation: MetricComputation {
    .overQuestions(.ratio) { question, _ in
      let final = question.final
      let costs = final.compactMap(cost)
      let right = final.map { $0.isFinished && $0.isCorrect ? 1.0 : 0 }
      guard costs.count == final.count, let cost = Statistics.mean(costs),
        let share = Statistics.mean(right)
      else { return Moments() }
      return Moments(x: share, y: cost)
    }
  }

  /// Returns nil if the prompt has a price and its length was not recorded.
  private func cost(of record: ResponseRecord) -> Double? {
    let generated = output * Double(record.tokenCount) / 1e6
    guard input > 0 else { return generated }
    return record.promptTokenCount.map { input * Double($0) / 1e6 + generated }
  }

  package var note: String {
    "Cost of pass: money for one right response at \(NumberFormat.shortest(input)) a million "
      + "tokens of prompts and \(NumberFormat.shortest(output)) a million generated ones."
  }
}
