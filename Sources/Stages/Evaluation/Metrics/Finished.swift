/// The share of responses that ended by themselves, after their thinking ended.
package struct Finished: Metric {
  package let name = "finished"
  package let meaning = "share of responses that ended by themselves"
  package let axisLabel = "share finished"
  package let unit = MetricUnit.share
  package let isInDiff = true

  package init() {}

  package var computation: MetricComputation {
    .overQuestions { question, _ in question.mean { $0.isFinished ? 1 : 0 } }
  }
}
