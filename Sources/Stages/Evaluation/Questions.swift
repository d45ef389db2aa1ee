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
    strategy.score(map(\.sampled))
  }

  /// The responses grouped by question, questions in order of first appearance.
  package var byQuestion: [[ResponseRecord]] {
    OrderedDictionary(grouping: self, by: \.questionName).values.elements
  }
}
