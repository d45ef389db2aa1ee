import Reporting

// Every cut thought is right at its end, or it was right at a cut and is wrong at its end, or no
// cut is right. The shares of the three add up to 1.

/// The share of thoughts that are right at some cut and wrong at their end: thinking on undid a
/// right answer.
package struct Overthinking: Metric {
  package let name = "overthinking"
  package let meaning = "share of thoughts right at some cut and wrong at the end"
  package let axisLabel = "share of thoughts that lost a right answer"
  package let unit = MetricUnit.share
  package let needsCuts = true

  package init() {}

  package var computation: MetricComputation {
    .overQuestions { question, _ in
      question.share { !$0.isRightAtEnd && $0.firstRight != nil }
    }
  }
}

/// The share of thoughts that are right at no cut, not even at their end: they stopped, or the
/// largest budget stopped them, before the answer was right.
package struct Underthinking: Metric {
  package let name = "underthinking"
  package let meaning =
    "share of thoughts right at no cut: they stopped before the answer was right"
  package let axisLabel = "share of thoughts that were never right"
  package let unit = MetricUnit.share
  package let needsCuts = true

  package init() {}

  package var computation: MetricComputation {
    .overQuestions { question, _ in question.share { $0.firstRight == nil } }
  }
}

extension [ResponseRecord] {
  /// One observation: the share of the question's cut thoughts that satisfy a condition.
  fileprivate func share(_ condition: (CutThought) -> Bool) -> Moments {
    Moments(ifAny: Statistics.mean(cutThoughts.map { condition($0) ? 1 : 0 }))
  }
}
