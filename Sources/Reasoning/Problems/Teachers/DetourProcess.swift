import TensorCore

/// The probabilities that shape the traces of the teachers of `controlled_detours`: how often a
/// step is wrong, how often work is repeated, and what the repetition yields.
///
/// A wrong result is always too large by one. Spread over all wrong digits, each error would almost
/// vanish when a model is sampled below temperature 1. Arrays are indexed by difficulty, 1 first.
package struct DetourProcess: Sendable, Hashable {
  /// The result of doing a step or pass a second time.
  package enum Detours: Sendable, Hashable {
    /// The first result is copied, right or wrong, so the answer is the same as without the detour.
    case copied
    /// The result is computed again, is wrong with probability `slip`, and replaces the first.
    case reworked(slip: Double)
  }

  /// Probability that a result written for the first time is wrong.
  package var slip: Double
  package var detours: Detours
  /// Probability of a trace without thinking, which gives the answer at once. Only for problems
  /// easy enough to answer at a glance.
  package var direct = [0.10, 0.05, 0, 0, 0, 0]
  /// Probability that a step is repeated at once. Terse traces use a third of it.
  package var check = 0.3
  /// Probability that the whole pass is repeated. Each further repetition, up to `maxLoops` in all,
  /// has this probability times `loopAgainShare`.
  package var loop = [0.6, 0.6, 0.45, 0.45, 0.4, 0.4]
  package var loopAgainShare = 1.0
  package var maxLoops = 2
  /// Probability that a pass is begun, abandoned somewhere, and begun again.
  package var restart = 0.1
  /// Probability that a trace writes results only; `terseSearch` applies to search problems with
  /// more than one gap.
  package var terse = 0.25
  package var terseSearch = 0.6
  /// Chain: probability that an edge off the path is copied first and then discarded.
  package var falseStart = 0.15
  /// Chain: probability that the path is copied before it is computed, in traces that are not
  /// terse.
  package var plan = 0.4
  /// Longer thinking is rejected and sampled again. Allow more than this when sampling from a
  /// model: 224 tokens.
  package var maxThinkingTokens = 160

  package init(slip: Double = 0.04, detours: Detours = .copied) {
    self.slip = slip
    self.detours = detours
  }

  func probability(_ table: [Double], _ difficulty: Int) -> Double {
    table[min(max(difficulty, 1), table.count) - 1]
  }

  /// Samples how many times the work is repeated.
  func loopCount(_ difficulty: Int, using stream: inout RandomStream) -> Int {
    var count = 0
    var chance = probability(loop, difficulty)
    while count < maxLoops, stream.happens(chance) {
      count += 1
      if count == 1 { chance *= loopAgainShare }
    }
    return count
  }
}
