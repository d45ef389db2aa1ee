import Fields
import OrderedCollections
package import Reasoning

extension ResponseRecord {
  /// The name that identifies the question; it pairs the answers of two methods.
  package var questionName: String { problem.questionName(in: split) }

  /// The name of the group of dependent questions that this one belongs to: the data set's
  /// `cluster`, or if there is none, the question's own name.
  package var clusterName: String { problem.clusterName(in: split) }

  /// The answer as aggregations count it.
  var sampled: SampledAnswer {
    SampledAnswer(
      answer: sampledAnswer, isCorrect: isFinished && isCorrect, tokenCount: tokenCount)
  }
}

extension Problem {
  /// The name that identifies the problem among those of all splits. Prompts that Unicode considers
  /// equivalent are distinguished by their digest.
  func questionName(in split: String) -> String {
    split + "\n" + prompt + (prompt.utf8.allSatisfy { $0 < 0x80 } ? "" : "\n" + id)
  }

  /// The name of the problem's cluster; one cluster may have questions in several splits.
  func clusterName(in split: String) -> String {
    cluster.map { "cluster\n" + $0 } ?? questionName(in: split)
  }
}

extension [ResponseRecord] {
  /// The score of one question's responses.
  package func score(by strategy: any AnswerAggregation) -> Double {
    strategy.score(strategy.countsVotes ? votes : map(\.sampled))
  }

  /// One question's answers as a vote counts them: those that the problem's verifier takes for one
  /// have one text. An answer that it cannot read does not vote, like one that was not given.
  var votes: [SampledAnswer] {
    let samples = map { record in
      record.verdict == .unreadable
        ? SampledAnswer(answer: nil, isCorrect: false, tokenCount: record.tokenCount)
        : record.sampled
    }
    return first.map { samples.votes(on: $0.problem) } ?? samples
  }

  /// The responses grouped by question, questions in order of first appearance.
  package var byQuestion: [[ResponseRecord]] {
    OrderedDictionary(grouping: self, by: \.questionName).values.elements
  }
}
