package import Fields

/// One summand of the reward, computed from a whole group.
///
/// Its fields are the keys that a pipeline writes under `reward.NAME`; writing that key enables the
/// term. A new term is one file that conforms, and one line in `RewardTerms`.
package protocol RewardTerm: FieldGroup {
  /// The key under `reward:`.
  static var name: String { get }
  /// True if the term judges correctness itself, so that `correctness` is left out.
  static var replacesCorrectness: Bool { get }
  /// True if the values depend on the progress of the training. Only then is `progress` given, and
  /// a longer run is not the continuation of a shorter one.
  var readsProgress: Bool { get }
  /// The numbers of a problem that the values depend on.
  var problemNumbers: [ProblemNumber] { get }

  /// True if the values are of whole responses, which a rollout that scores budgets does not have.
  var judgesWholeResponses: Bool { get }

  /// The values that the term can give, before weighting; nil if it has no bounds.
  var range: ClosedRange<Double>? { get }
  /// True if the term asks for shorter or longer responses.
  var shapesLength: Bool { get }

  /// Returns one value per response, before weighting.
  func values(for group: ResponseGroup) -> [Double]
  /// Returns mistakes in combination with the rollout, with paths from the term's own fields.
  func issues(rollout: any RolloutSpecification) -> [FieldIssue]
  /// Returns mistakes in combination with the most tokens of a response.
  func issues(maxNewTokens: Int) -> [FieldIssue]
}

extension RewardTerm {
  package static var replacesCorrectness: Bool { false }
  package var readsProgress: Bool { false }
  package var problemNumbers: [ProblemNumber] { [] }
  package var judgesWholeResponses: Bool { true }
  package var range: ClosedRange<Double>? { nil }
  package var shapesLength: Bool { false }
  package func issues(rollout: any RolloutSpecification) -> [FieldIssue] { [] }
  package func issues(maxNewTokens: Int) -> [FieldIssue] { [] }
}

/// A number that problems carry and that a reward reads.
package struct ProblemNumber: Sendable, Hashable {
  package let name: String
  /// True if every problem must have the number. Otherwise one problem is enough: if none has it,
  /// the stage that should have added it never ran.
  package let isNeededOfAll: Bool

  package init(_ name: String, isNeededOfAll: Bool) {
    self.name = name
    self.isNeededOfAll = isNeededOfAll
  }

  /// The length requested for the response.
  package static let tokenBudget = ProblemNumber("token_budget", isNeededOfAll: true)
  /// The length at which the starting policy is correct; absent if it is not.
  package static let largestBudget = ProblemNumber("b_max", isNeededOfAll: false)

  /// Describes in one sentence the mistake of problems without the number; nil if there is none.
  package func mistake(in problems: [[String: Double]]) -> String? {
    let having = problems.count { $0[name] != nil }
    if having == 0 { return "no problem has a number '\(name)'" }
    guard isNeededOfAll, having < problems.count else { return nil }
    return "\(problems.count - having) of \(problems.count) problems have no number '\(name)'"
  }
}

/// A term whose values depend on earlier batches. Its memory is part of the checkpoint and changes
/// only in `remember`, once per batch and in order.
package protocol RememberingTerm: RewardTerm {
  /// Returns one value per response for each group of a batch.
  func values(for batch: [ResponseGroup], memory: TermMemory) -> [[Double]]
  /// Updates the memory with a batch after its rewards are known.
  func remember(_ batch: [ResponseGroup], in memory: inout TermMemory)
}

extension RememberingTerm {
  package func values(for group: ResponseGroup) -> [Double] {
    values(for: [group], memory: TermMemory())[0]
  }
}

/// A term that compares the responses also with imagined ones. Their values stand among those of
/// the group when the estimator computes its baseline.
package protocol ReferencedTerm: RewardTerm {
  /// Returns the values of the imagined responses.
  func referenceValues(for group: ResponseGroup) -> [Double]
}

/// The terms a pipeline may name; `correctness` is enabled without being named.
package enum RewardTerms {
  package static let all: [any RewardTerm.Type] = [
    Correctness.self,
    LengthPenalty.self,
    CosineLength.self,
    PairwiseLength.self,
    HAPO.self,
    ShortRL.self,
    SelfBudget.self,
    Repetition.self,
    OverlongBuffer.self,
  ]
}
