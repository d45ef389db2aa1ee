import Reporting

/// The mean tokens of the first cut whose answer is right, over the thoughts that have one; every
/// thought counts alike. It needs no judge of the text: the model itself is asked at each cut.
package struct FirstCorrect: Metric {
  package let name = "first_correct"
  package let meaning = "mean thinking tokens of the first cut whose answer is right"
  package let header = "first right"
  package let axisLabel = "thinking tokens of the first right cut"
  package let unit = MetricUnit.tokens
  package let needsCuts = true

  package init() {}

  package var computation: MetricComputation {
    .overQuestions { question, _ in question.tokens(upTo: \.firstRight) }
  }
}

/// The mean tokens of the first cut from which on every cut is right, over the thoughts that are
/// right at the end; every thought counts alike.
package struct StableCorrect: Metric {
  package let name = "stable_correct"
  package let meaning = "mean thinking tokens of the first cut from which on the answer stays right"
  package let header = "stable right"
  package let axisLabel = "thinking tokens of the first cut that stays right"
  package let unit = MetricUnit.tokens
  package let needsCuts = true

  package init() {}

  package var computation: MetricComputation {
    .overQuestions { question, _ in question.tokens(upTo: \.stable) }
  }
}

extension [ResponseRecord] {
  /// One observation for each of the question's cut thoughts that has a place: its tokens.
  fileprivate func tokens(upTo place: (CutThought) -> Int?) -> Moments {
    cutThoughts.reduce(into: Moments()) { sum, thought in
      if let tokens = place(thought) { sum.add(Moments(Double(tokens))) }
    }
  }
}
