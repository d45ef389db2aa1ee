import Fields
package import Reasoning
package import Reporting

/// A figure computed from stored responses.
package enum EvaluationMetric: String, FieldChoice {
  case accuracy
  case meanTokens = "mean_tokens"
  case medianTokens = "median_tokens"
  case thinkingTokens = "thinking_tokens"
  case finished

  package var meaning: String {
    switch self {
    case .accuracy: "the score of a question's responses by eval's strategy, mean over questions"
    case .meanTokens: "mean response length, unfinished responses included"
    case .medianTokens: "median response length"
    case .thinkingTokens: "mean tokens before </t>"
    case .finished: "share of responses that ended by themselves"
    }
  }

  /// The column header.
  package var header: String {
    switch self {
    case .accuracy: "accuracy"
    case .meanTokens: "tokens"
    case .medianTokens: "median tokens"
    case .thinkingTokens: "thinking"
    case .finished: "finished"
    }
  }

  /// What a plot's axis says.
  package var axisLabel: String {
    switch self {
    case .accuracy: "accuracy"
    case .meanTokens: "mean response tokens"
    case .medianTokens: "median response tokens"
    case .thinkingTokens: "mean thinking tokens"
    case .finished: "share finished"
    }
  }

  /// Decimals people see.
  package var digits: Int {
    switch self {
    case .accuracy, .finished: 3
    case .meanTokens, .medianTokens, .thinkingTokens: 1
    }
  }

  /// The metric of one evaluation: the mean over questions, whose standard error is that of the
  /// questions' means. A median has no error.
  /// - Parameter strategy: how a question's responses become its score; for accuracy.
  package func estimate(
    _ questions: [[ResponseRecord]], strategy: any AnswerStrategy
  ) -> Estimate? {
    switch self {
    case .accuracy: Estimate(questions.map { $0.score(by: strategy) })
    case .meanTokens: mean(questions) { Double($0.tokenCount) }
    case .thinkingTokens: mean(questions) { Double($0.thinkingTokenCount) }
    case .finished: mean(questions) { $0.isFinished ? 1 : 0 }
    case .medianTokens:
      Statistics.quantile(0.5, of: questions.joined().map { Double($0.tokenCount) })
        .flatMap { Estimate([$0]) }
    }
  }

  private func mean(
    _ questions: [[ResponseRecord]], of value: (ResponseRecord) -> Double
  ) -> Estimate? {
    Estimate(clusters: questions.map { $0.map(value) })
  }
}

extension [ResponseRecord] {
  /// The score of one question's responses.
  package func score(by strategy: any AnswerStrategy) -> Double {
    strategy.score(map { SampledAnswer(answer: $0.sampledAnswer, isCorrect: $0.isCorrect) })
  }

  /// The responses of each question together, questions in order of first appearance.
  package var byQuestion: [[ResponseRecord]] {
    grouped { $0.split + "\n" + $0.problem.prompt }.map(\.elements)
  }
}

extension Sequence {
  /// Elements with equal keys together, keys in order of first appearance.
  package func grouped<Key: Hashable>(
    by key: (Element) -> Key
  ) -> [(key: Key, elements: [Element])] {
    var places: [Key: Int] = [:]
    var groups: [(key: Key, elements: [Element])] = []
    for element in self {
      let value = key(element)
      if let place = places[value] {
        groups[place].elements.append(element)
      } else {
        places[value] = groups.count
        groups.append((value, [element]))
      }
    }
    return groups
  }
}

extension Sequence where Element: Hashable {
  /// The elements without repeats, in order of first appearance.
  package func uniqued() -> [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
