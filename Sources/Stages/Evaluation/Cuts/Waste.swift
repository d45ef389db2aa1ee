import Reporting

/// The share of thinking tokens that come after the answer was right for good: Σ (T − S) / Σ T over
/// the thoughts that are right at the end, with T tokens and the first stable right cut at S.
///
/// The answer may have been stable since any place after the cut before S, so that this is the
/// least waste that agrees with the cuts.
package struct Waste: Metric {
  package let name = "waste"
  package let meaning = "share of thinking tokens after the answer stayed right"
  package let axisLabel = "share of thinking after the answer was stable"
  package let unit = MetricUnit.number
  package let needsCuts = true

  package init() {}

  package var computation: MetricComputation {
    .overQuestions(.ratio) { question, _ in
      question.cutThoughts.reduce(into: Moments()) { sum, thought in
        guard let stable = thought.stable else { return }
        sum.add(Moments(x: Double(thought.tokens), y: Double(thought.tokens - stable)))
      }
    }
  }
}
