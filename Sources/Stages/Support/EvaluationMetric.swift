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
  case meanTokensCorrect = "mean_tokens_correct"
  case meanTokensWrong = "mean_tokens_wrong"

  package var meaning: String {
    switch self {
    case .accuracy: "the score of a question's responses by eval's strategy, mean over questions"
    case .meanTokens: "mean response length, unfinished responses included"
    case .medianTokens: "median response length"
    case .thinkingTokens: "mean tokens before </t>"
    case .finished: "share of responses that ended by themselves"
    case .meanTokensCorrect: "mean length of the correct responses"
    case .meanTokensWrong: "mean length of the wrong responses"
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
    case .meanTokensCorrect: "tokens if right"
    case .meanTokensWrong: "tokens if wrong"
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
    case .meanTokensCorrect: "mean tokens of right responses"
    case .meanTokensWrong: "mean tokens of wrong responses"
    }
  }

  /// Decimals people see.
  package var digits: Int {
    switch self {
    case .accuracy, .finished: 3
    default: 1
    }
  }

  /// Whether it comes from sums over questions, and so has intervals.
  package var hasPanel: Bool { self != .medianTokens }

  /// How the questions' sums become the figure.
  package var figure: Moments.Figure { .mean }

  /// One question's part: its mean, or for figures of some responses alone a sum over these.
  package func cell(
    _ responses: [ResponseRecord], strategy: any AnswerStrategy
  ) -> Moments {
    func sum(_ responses: [ResponseRecord]) -> Moments {
      responses.reduce(into: Moments()) { $0.add(Moments(Double($1.tokenCount))) }
    }
    func mean(_ value: (ResponseRecord) -> Double) -> Moments {
      Statistics.mean(responses.map(value)).map { Moments($0) } ?? Moments()
    }
    return switch self {
    case .accuracy: Moments(responses.score(by: strategy))
    case .meanTokens, .medianTokens: mean { Double($0.tokenCount) }
    case .thinkingTokens: mean { Double($0.thinkingTokenCount) }
    case .finished: mean { $0.isFinished ? 1 : 0 }
    case .meanTokensCorrect: sum(responses.filter(\.isCorrect))
    case .meanTokensWrong: sum(responses.filter { !$0.isCorrect })
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
    case .meanTokensCorrect:
      mean(questions.map { $0.filter(\.isCorrect) }) { Double($0.tokenCount) }
    case .meanTokensWrong:
      mean(questions.map { $0.filter { !$0.isCorrect } }) { Double($0.tokenCount) }
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

extension ResponseRecord {
  /// What tells questions apart, and makes pairs of two methods' answers.
  package var questionName: String { split + "\n" + problem.prompt }
}

extension [ResponseRecord] {
  /// The score of one question's responses.
  package func score(by strategy: any AnswerStrategy) -> Double {
    strategy.score(map { SampledAnswer(answer: $0.sampledAnswer, isCorrect: $0.isCorrect) })
  }

  /// The responses of each question together, questions in order of first appearance.
  package var byQuestion: [[ResponseRecord]] { grouped(by: \.questionName).map(\.elements) }
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
