import Reasoning

/// The share of responses with an answer that the problem's verifier cannot read, such as a text
/// that is no number under `number`. They count as wrong; a large share points at the prompt, the
/// answer's rule or the verifier rather than at the model's reasoning.
package struct Unreadable: Metric {
  package let name = "unreadable"
  package let meaning = "share of responses whose answer the verifier cannot read; they are wrong"
  package let axisLabel = "share unreadable"
  package let unit = MetricUnit.share

  package init() {}

  package var computation: MetricComputation {
    .overQuestions { question, _ in question.mean { $0.verdict == .unreadable ? 1 : 0 } }
  }
}
