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
  static var readsProgress: Bool { get }

  /// One value a response, before weighting.
  func values(for group: ResponseGroup) -> [Double]
}

extension RewardTerm {
  package static var replacesCorrectness: Bool { false }
  package static var readsProgress: Bool { false }
}

/// The terms a pipeline may add to `correctness`.
package enum RewardTerms {
  package static let all: [any RewardTerm.Type] = [
    LengthPenalty.self,
    OverlongBuffer.self,
  ]
}
