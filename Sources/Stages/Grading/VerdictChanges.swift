package import Reasoning

/// The verdicts that differ between two gradings of the same responses.
package struct VerdictChanges: Sendable {
  /// A response with its verdicts.
  package struct Change: Sendable {
    package let before: ResponseRecord
    package let now: ResponseRecord
  }

  /// The number of responses that both gradings have.
  package let compared: Int
  package let changes: [Change]

  package init(from before: [ResponseRecord], to now: [ResponseRecord]) {
    let earlier = Dictionary(
      before.map { (Name($0), $0) }, uniquingKeysWith: { first, _ in first })
    let pairs = now.compactMap { record in
      earlier[Name(record)].map { Change(before: $0, now: record) }
    }
    compared = pairs.count
    changes = pairs.filter { $0.before.verdict != $0.now.verdict }
  }

  /// The number of changes from one verdict to another.
  package func count(from before: Verdict, to now: Verdict) -> Int {
    changes.count { $0.before.verdict == before && $0.now.verdict == now }
  }

  /// `3 wrong → right, 1 right → unreadable`; empty without changes.
  package var text: String {
    Verdict.allCases.flatMap { before in
      Verdict.allCases.compactMap { now in
        let count = before == now ? 0 : count(from: before, to: now)
        return count > 0 ? "\(count) \(before.rawValue) → \(now.rawValue)" : nil
      }
    }.joined(separator: ", ")
  }

  /// The values that name a response among those of one stage.
  private struct Name: Hashable {
    let question: String
    let sample: Int
    let budget: Int?
    let use: ResponseRecord.BudgetUse?
    let summary: Int?

    init(_ record: ResponseRecord) {
      question = record.questionName
      sample = record.sample
      budget = record.budget
      use = record.budgetUse
      summary = record.summary
    }
  }
}
