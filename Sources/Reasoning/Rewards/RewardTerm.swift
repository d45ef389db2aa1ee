package import Fields

/// One summand of the reward, a function of a whole group.
///
/// Its fields are what the pipeline writes under `reward.NAME`; writing the key switches the term
/// on. A new term is one file that conforms, and one line in `RewardTerms`.
package protocol RewardTerm: FieldGroup {
  /// The key under `reward:`.
  static var name: String { get }
  /// Whether the term judges correctness itself, so that `correctness` is left out.
  static var replacesCorrectness: Bool { get }
  /// Whether the values depend on how much of the training is done. Only then is `progress` given,
  /// and a longer run is not the continuation of a shorter one.
  var readsProgress: Bool { get }
  /// The numbers of a problem that the values depend on.
  var problemNumbers: [ProblemNumber] { get }

  /// One value a response, before weighting.
  func values(for group: ResponseGroup) -> [Double]
  /// Values of responses that are only imagined. The estimator compares the others with them, too.
  func virtualValues(for group: ResponseGroup) -> [Double]
}

extension RewardTerm {
  package static var replacesCorrectness: Bool { false }
  package var readsProgress: Bool { false }
  package var problemNumbers: [ProblemNumber] { [] }
  package func virtualValues(for group: ResponseGroup) -> [Double] { [] }
}

/// A number that problems carry and a reward reads.
package struct ProblemNumber: Sendable, Hashable {
  package let name: String
  /// Whether every problem must have it. Otherwise it is enough that one does: none at all means that
  /// whatever should have put it there never ran.
  package let isNeededOfAll: Bool

  package init(_ name: String, isNeededOfAll: Bool) {
    self.name = name
    self.isNeededOfAll = isNeededOfAll
  }

  /// A length asked of the response.
  package static let tokenBudget = ProblemNumber("token_budget", isNeededOfAll: true)
  /// The length at which the starting policy is right; absent where it is not.
  package static let largestBudget = ProblemNumber("b_max", isNeededOfAll: false)

  /// What is wrong with problems that have these numbers, in one sentence; nil for nothing.
  package func mistake(in problems: [[String: Double]]) -> String? {
    let having = problems.count { $0[name] != nil }
    if having == 0 { return "no problem has a number '\(name)'" }
    guard isNeededOfAll, having < problems.count else { return nil }
    return "\(problems.count - having) of \(problems.count) problems have no number '\(name)'"
  }
}

/// A term whose values depend on what it has seen before. What it remembers belongs to the
/// checkpoint, and changes only through `remember`, once a batch and in order.
package protocol RememberingTerm: RewardTerm {
  /// One value a response for each group of a batch.
  func values(for batch: [ResponseGroup], memory: TermMemory) -> [[Double]]
  /// Takes in a batch after its rewards are known.
  func remember(_ batch: [ResponseGroup], in memory: inout TermMemory)
}

extension RememberingTerm {
  package func values(for group: ResponseGroup) -> [Double] {
    values(for: [group], memory: TermMemory())[0]
  }
}

/// The terms a pipeline may name; `correctness` is there without.
package enum RewardTerms {
  package static let all: [any RewardTerm.Type] = [
    Correctness.self,
    LengthPenalty.self,
    CosineLength.self,
    PairwiseLength.self,
    HistoryLength.self,
    LazyLength.self,
    SelfBudget.self,
    Repetition.self,
    OverlongBuffer.self,
  ]
}
