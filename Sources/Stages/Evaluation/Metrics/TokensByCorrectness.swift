import Reporting

/// Σ L over the right responses, divided by their number; every response counts alike.
package struct MeanTokensCorrect: Metric {
  package let name = "mean_tokens_correct"
  package let meaning = "mean length of the correct responses"
  package let header = "tokens if right"
  package let axisLabel = "mean tokens of right responses"
  package let unit = MetricUnit.tokens

  package init() {}

  package var computation: MetricComputation {
    .overQuestions { question, _ in
      question.final.filter(\.isCorrect).sum { Moments(Double($0.tokenCount)) }
    }
  }
}

/// Σ L over the wrong responses, divided by their number; every response counts alike.
package struct MeanTokensWrong: Metric {
  package let name = "mean_tokens_wrong"
  package let meaning = "mean length of the wrong responses"
  package let header = "tokens if wrong"
  package let axisLabel = "mean tokens of wrong responses"
  package let unit = MetricUnit.tokens

  package init() {}

  package var computation: MetricComputation {
    .overQuestions { question, _ in
      question.final.filter { !$0.isCorrect }.sum { Moments(Double($0.tokenCount)) }
    }
  }
}
