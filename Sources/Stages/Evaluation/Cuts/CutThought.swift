import OrderedCollections

/// One thought that was cut at several budgets, and whether the answers after each cut are right.
///
/// Cuts that keep the same number of tokens are one cut, since a thought that ends before several
/// budgets has the same end under all of them. A cut is right if more than half of its summaries
/// are. The end of a thought is its last cut: the whole thought, or what the largest budget left.
struct CutThought: Sendable, Hashable {
  struct Cut: Sendable, Hashable {
    /// The tokens of thinking that the cut keeps.
    let tokens: Int
    let isRight: Bool
  }

  /// The cuts, ascending by tokens; at least one.
  let cuts: [Cut]

  /// - Parameter records: those of one sample; nil if none is of a cut thought.
  init?(_ records: [ResponseRecord]) {
    let summaries = Dictionary(
      grouping: records.filter { $0.budgetUse == .thinking }, by: \.thinkingTokenCount)
    guard !summaries.isEmpty else { return nil }
    cuts = summaries.sorted { $0.key < $1.key }.map { tokens, summaries in
      let right = summaries.count { $0.isFinished && $0.isCorrect }
      return Cut(tokens: tokens, isRight: 2 * right > summaries.count)
    }
  }

  /// The tokens of the whole thought.
  var tokens: Int { cuts[cuts.count - 1].tokens }

  var isRightAtEnd: Bool { cuts[cuts.count - 1].isRight }

  /// The tokens of the first right cut; nil if none is right.
  var firstRight: Int? { cuts.first(where: \.isRight)?.tokens }

  /// The tokens of the first cut from which on every cut is right; nil if the end is wrong.
  var stable: Int? {
    guard isRightAtEnd else { return nil }
    let lastWrong = cuts.lastIndex { !$0.isRight }
    return cuts[lastWrong.map { $0 + 1 } ?? 0].tokens
  }
}

extension [ResponseRecord] {
  /// A question's thoughts that were cut, one for each sample.
  var cutThoughts: [CutThought] {
    OrderedDictionary(grouping: self, by: \.sample).values.compactMap { CutThought($0) }
  }
}
