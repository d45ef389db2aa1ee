import Reporting

// What is counted beside a response's length L. Numbers are of the ids that the model read and
// drew; no text is encoded again. L has the tokens of the marks between its parts too.

/// The mean number of a prompt's tokens, its template and what is given before the response
/// included. A response without a recorded prompt does not count.
package struct PromptTokens: Metric {
  package let name = "prompt_tokens"
  package let meaning = "mean tokens of the prompt, its template included"
  package let header = "prompt"
  package let axisLabel = "mean prompt tokens"
  package let unit = MetricUnit.tokens

  package init() {}

  package var computation: MetricComputation {
    .overQuestions { question, _ in question.mean { $0.promptTokenCount.map(Double.init) } }
  }
}

/// The mean number of tokens between the end of thinking and that of the response.
package struct AnswerTokens: Metric {
  package let name = "answer_tokens"
  package let meaning = "mean tokens between the end of thinking and that of the response"
  package let header = "answer"
  package let axisLabel = "mean answer tokens"
  package let unit = MetricUnit.tokens
  package let readsThinkingLengths = true

  package init() {}

  package var computation: MetricComputation {
    .overQuestions { question, _ in question.mean { Double($0.answerTokenCount) } }
  }
}
