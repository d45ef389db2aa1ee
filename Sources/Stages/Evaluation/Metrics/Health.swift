import Fields
import ModelCore
import Reasoning
import Reporting

// Signs of responses that went wrong in their form, each the share of a question's responses.

/// The share without an answer: unfinished ones, and those whose answer has no text.
package struct NoAnswer: Metric {
  package let name = "no_answer"
  package let meaning = "share of responses without an answer, unfinished ones included"
  package let header = "no answer"
  package let axisLabel = "share without an answer"
  package let unit = MetricUnit.share

  package init() {}

  package var computation: MetricComputation {
    .overQuestions { question, _ in
      question.mean { ($0.sampledAnswer ?? "").withoutSpaceAround.isEmpty ? 1 : 0 }
    }
  }
}

/// The share whose thinking neither ended by itself nor was ended by a budget.
package struct Unclosed: Metric {
  package let name = "unclosed"
  package let meaning = "share of responses whose thinking never ends"
  package let axisLabel = "share whose thinking never ends"
  package let unit = MetricUnit.share
  package let readsLengths = true
  package let readsThinkingLengths = true

  package init() {}

  package var computation: MetricComputation {
    .overQuestions { question, _ in question.mean { $0.isUnclosed ? 1 : 0 } }
  }
}

extension ResponseRecord {
  /// True if the thinking does not end. Where a limit cut the response, it had ended if there are
  /// more tokens than it has; a response that ended by itself, unfinished, ended inside of it.
  var isUnclosed: Bool {
    guard !isFinished, !cutBy.contains(.thinkingBudget) else { return false }
    return stop != StopReason.length.rawValue || thinkingTokenCount >= tokenCount
  }
}
