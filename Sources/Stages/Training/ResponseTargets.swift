import Fields
import ModelCore
import PipelineCore
package import Reasoning

/// The choice among a problem's correct responses that training imitates.
package enum TargetChoice: String, FieldChoice {
  case all, shortest

  package var meaning: String {
    switch self {
    case .all: "every correct response"
    case .shortest: "of each problem the shortest correct response"
    }
  }
}

/// Training targets from stored responses. Wrong responses are never imitated.
package struct ResponseTargets {
  /// The correct responses of each problem, in the order of the artifact.
  private let problems: [[ResponseRecord]]
  private let format: any ResponseFormat

  /// - Throws: `StageFailure` if no response is correct, or one has tokens that models do not have.
  package init(_ records: [ResponseRecord], in format: any ResponseFormat) throws {
    let size = format.tokenizer.vocabularySize
    for record in records where record.isCorrect {
      if record.tokens.isEmpty, record.tokenCount > 0 {
        throw StageFailure(
          "the response to \(record.problem.prompt.quoted) has no tokens, only text: models here "
            + "can learn none of it")
      }
      if let token = record.tokens.first(where: {
        !(0..<size).contains(Int($0))
      }) {
        throw StageFailure(
          "token \(token) in the response to \(record.problem.prompt.quoted) is none of the "
            + "\(size) that models here have")
      }
    }
    self.format = format
    problems = records.byQuestion.map { $0.filter(\.isCorrect) }.filter { !$0.isEmpty }
    guard !problems.isEmpty else {
      throw StageFailure(
        "none of the \(records.count) responses is correct, so none can be learned")
    }
  }

  /// The responses to imitate, in the order of `examples`.
  package func records(_ targets: TargetChoice) -> [ResponseRecord] {
    switch targets {
    case .all: problems.flatMap { $0 }
    case .shortest: problems.compactMap(\.shortest)
    }
  }

  /// - Parameter statesBudget: true if each response is learned after a header that states its own
  ///   length.
  package func examples(
    _ targets: TargetChoice, statesBudget: Bool
  ) throws -> [SupervisedExample] {
    try records(targets).map { record in
      guard statesBudget else { return try example(record) }
      // The header that a response was generated after is removed.
      let header = headerCount(of: record)
      return try .response(
        Array(whole(record).dropFirst(header)), to: record.problem, in: format,
        stating: record.tokenCount, forced: (record.forced ?? []).map { $0 - header })
    }
  }

  /// For each problem with correct responses of several lengths, a pair that prefers the shortest
  /// to the longest (Arora and Zanette 2025, arXiv 2502.04463, sec. 5.2).
  package func pairs() throws -> [PreferencePair] {
    try problems.compactMap { records in
      guard let shortest = records.shortest, let longest = records.longest,
        shortest.tokenCount < longest.tokenCount
      else { return nil }
      return PreferencePair(chosen: try example(shortest), rejected: try example(longest))
    }
  }

  private func example(_ record: ResponseRecord) throws -> SupervisedExample {
    try .response(
      whole(record), to: record.problem, in: format, after: record.header,
      forced: record.forced ?? [])
  }

  /// The number of tokens that state a budget before the response.
  private func headerCount(of record: ResponseRecord) -> Int {
    guard record.budgetUse == .stated else { return 0 }
    return format.statedBudget(in: record.tokens[...], opening: .budget)?.response.startIndex ?? 0
  }

  /// The tokens of a response up to its end. After a forced bridge the answer may end without a
  /// token that says so: what the model wrote after it is left out, and the end is put there.
  private func whole(_ record: ResponseRecord) -> [Int32] {
    guard record.forced != nil, record.isFinished else { return record.tokens }
    let tokens = Array(record.tokens.prefix(headerCount(of: record) + record.tokenCount))
    return format.endsResponse(tokens[...]) ? tokens : tokens + [format.endOfResponse]
  }
}

extension [ResponseRecord] {
  /// The shortest response; the first one of equal length.
  package var shortest: ResponseRecord? { self.min { $0.tokenCount < $1.tokenCount } }

  /// The longest response; the first one of equal length.
  fileprivate var longest: ResponseRecord? {
    var longest = first
    for record in self where record.tokenCount > (longest?.tokenCount ?? 0) { longest = record }
    return longest
  }
}
