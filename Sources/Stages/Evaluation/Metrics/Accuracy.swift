import Reporting

/// The score of a question's responses by the evaluation's `strategy`, mean over questions.
package struct Accuracy: Metric {
  package let name = "accuracy"
  package let meaning =
    "the score of a question's responses by eval's strategy, mean over questions"
  package let axisLabel = "accuracy"
  package let unit = MetricUnit.share
  package let isInDiff = true

  package init() {}

  package var computation: MetricComputation {
    .overQuestions { question, judgement in
      Moments(question.final.score(by: judgement.strategy))
    }
  }
}

/// The same score of the responses under one budget, over the questions that have it.
package struct AccuracyAtBudget: Metric {
  static let all = NumberedMetrics(
    "accuracy@B", "accuracy of the responses under a budget of B: accuracy@32"
  ) { AccuracyAtBudget(budget: $0) }

  let budget: Int

  package var name: String { "accuracy@\(budget)" }
  package var meaning: String { "accuracy of the responses under a budget of \(budget)" }
  package var header: String { "acc@\(budget)" }
  package var axisLabel: String { "accuracy at \(budget) tokens" }
  package let unit = MetricUnit.share

  package var computation: MetricComputation {
    .overQuestions { question, judgement in
      let under = question.filter { $0.budget == budget }
      return under.isEmpty ? Moments() : Moments(under.score(by: judgement.strategy))
    }
  }
}
