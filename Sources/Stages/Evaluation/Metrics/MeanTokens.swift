import Reporting

// Lengths of responses. L is the number of tokens of thinking and its end, the answer and the
// end of the response.

/// The mean of L over a question's responses, unfinished ones included; mean over questions.
package struct MeanTokens: Metric {
  package let name = "mean_tokens"
  package let meaning = "mean response length, unfinished responses included"
  package let header = "tokens"
  package let axisLabel = "mean response tokens"
  package let unit = MetricUnit.tokens
  package let isInDiff = true

  package init() {}

  package var computation: MetricComputation {
    .overQuestions { question, _ in question.mean { Double($0.tokenCount) } }
  }
}

/// The median of L over all responses, whatever their questions.
package struct MedianTokens: Metric {
  package let name = "median_tokens"
  package let meaning = "median response length"
  package let header = "median tokens"
  package let axisLabel = "median response tokens"
  package let unit = MetricUnit.tokens

  package init() {}

  package var computation: MetricComputation {
    .overResponses { responses in
      Statistics.quantile(0.5, of: responses.map { Double($0.tokenCount) })
    }
  }
}

/// The mean number of tokens before the end of thinking.
package struct ThinkingTokens: Metric {
  package let name = "thinking_tokens"
  package let meaning = "mean tokens before the end of thinking"
  package let header = "thinking"
  package let axisLabel = "mean thinking tokens"
  package let unit = MetricUnit.tokens
  package let readsThinkingLengths = true

  package init() {}

  package var computation: MetricComputation {
    .overQuestions { question, _ in question.mean { Double($0.thinkingTokenCount) } }
  }
}
