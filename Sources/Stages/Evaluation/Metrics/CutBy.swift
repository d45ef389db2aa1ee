import Reasoning
import Reporting

// Shares of responses by what cut them, as it was recorded when they were drawn. No length is
// compared with that of another response: the longest of a batch is not thereby cut, and a limit of
// the context is not taken for `max_new_tokens`.
//
// Every response without an answer is counted once by `cut_by_max_new_tokens`, `cut_by_context` or
// `ended_unfinished`, so these three and `finished` add up to 1. A budget of thinking only ends the
// thinking; the answer after it may be whole.

/// The share of responses whose thinking a budget cut.
package struct CutByThinkingBudget: Metric {
  package let name = "cut_by_thinking_budget"
  package let meaning = "share of responses whose thinking a budget cut"
  package let header = "thinking cut"
  package let axisLabel = "share whose thinking was cut"
  package let unit = MetricUnit.share

  package init() {}

  package var computation: MetricComputation {
    .overQuestions { question, _ in question.mean { $0.cutBy.contains(.thinkingBudget) ? 1 : 0 } }
  }
}

/// The share of responses that ended at the limit on new tokens; of answers to thoughts with a
/// budget, at the limit on the answer.
package struct CutByMaxNewTokens: Metric {
  package let name = "cut_by_max_new_tokens"
  package let meaning = "share of responses cut at max_new_tokens, or at their answer_budget"
  package let header = "cut"
  package let axisLabel = "share cut at the limit on new tokens"
  package let unit = MetricUnit.share

  package init() {}

  package var computation: MetricComputation {
    .overQuestions { question, _ in
      question.mean {
        $0.cutBy.contains(.maxNewTokens) || $0.cutBy.contains(.answerBudget) ? 1 : 0
      }
    }
  }
}

/// The share of responses that ended because the context of the model or its server was full.
package struct CutByContext: Metric {
  package let name = "cut_by_context"
  package let meaning = "share of responses cut where the context of model or server was full"
  package let header = "context cut"
  package let axisLabel = "share cut by the context"
  package let unit = MetricUnit.share

  package init() {}

  package var computation: MetricComputation {
    .overQuestions { question, _ in question.mean { $0.cutBy.contains(.context) ? 1 : 0 } }
  }
}

/// The share of responses that ended without an answer although no limit cut them: most of these
/// end the response inside of their thinking.
package struct EndedUnfinished: Metric {
  package let name = "ended_unfinished"
  package let meaning = "share of responses that ended before an answer, though nothing cut them"
  package let header = "ended early"
  package let axisLabel = "share that ended before an answer"
  package let unit = MetricUnit.share

  package init() {}

  package var computation: MetricComputation {
    .overQuestions { question, _ in
      question.mean { !$0.isFinished && $0.cutBy.allSatisfy { $0 == .thinkingBudget } ? 1 : 0 }
    }
  }
}
