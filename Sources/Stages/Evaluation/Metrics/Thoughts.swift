import Reporting

/// The mean number of thoughts in a response's thinking, counted by the words with which a new one
/// begins (`ThoughtOpenings`). Responses whose thoughts were not counted do not enter.
package struct Thoughts: Metric {
  package let name = "thoughts"
  package let meaning = "mean thoughts of a response, by words such as Wait and Alternatively"
  package let axisLabel = "mean thoughts"
  package let unit = MetricUnit.number

  package init() {}

  package var computation: MetricComputation {
    .overQuestions { question, _ in question.mean { $0.thoughtCount.map(Double.init) } }
  }
}

/// Σ L / Σ thoughts over questions: the tokens of a thought.
package struct TokensPerThought: Metric {
  package let name = "tokens_per_thought"
  package let meaning = "mean thinking tokens over mean thoughts"
  package let header = "tokens per thought"
  package let axisLabel = "thinking tokens per thought"
  package let unit = MetricUnit.tokens
  package let readsThinkingLengths = true

  package init() {}

  package var computation: MetricComputation {
    .overQuestions(.ratio) { question, _ in
      let counted = question.final.filter { $0.thoughtCount != nil }
      let thoughts = Statistics.mean(counted.map { Double($0.thoughtCount ?? 0) })
      let tokens = Statistics.mean(counted.map { Double($0.thinkingTokenCount) })
      return thoughts.flatMap { x in tokens.map { Moments(x: x, y: $0) } } ?? Moments()
    }
  }
}
