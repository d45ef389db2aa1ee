import TensorCore

/// The probabilities by which a teacher of the second ladder suite writes: how often its work slips,
/// how often it goes over the work again, and what comes of that.
///
/// A slip is always the same, one too many: spread over all wrong digits it would all but vanish when
/// a model is sampled below temperature 1. Arrays are indexed by difficulty, 1 first.
package struct DetourProcess: Sendable, Hashable {
  /// What doing something a second time yields.
  package enum Detours: Sendable, Hashable {
    /// What was written, right or wrong: the answer is what it would be without the detour.
    case copied
    /// A fresh result, wrong with the probability `slip`, from which the work goes on.
    case reworked(slip: Double)
  }

  /// A result written for the first time is wrong.
  package var slip: Double
  package var detours: Detours
  /// No thinking at all: the answer is given at once. Only where it can be seen at a glance.
  package var direct = [0.10, 0.05, 0, 0, 0, 0]
  /// A step is done again, at once. A third of it in terse traces.
  package var check = 0.3
  /// The whole pass is done again; after that, with `loopAgainShare` of the probability, once more,
  /// up to `maxLoops` times.
  package var loop = [0.6, 0.6, 0.45, 0.45, 0.4, 0.4]
  package var loopAgainShare = 1.0
  package var maxLoops = 2
  /// The pass is begun, abandoned somewhere, and begun again.
  package var restart = 0.1
  /// A trace writes results alone; of searches with more than one gap `terseSearch` do.
  package var terse = 0.25
  package var terseSearch = 0.6
  /// Chain: an edge off the path is copied first, and discarded.
  package var falseStart = 0.15
  /// Chain: the path is copied before computing along it, where steps are in full.
  package var plan = 0.4
  /// Longer thinking is drawn again. Leave room above it when sampling: 224 tokens.
  package var maxThinkingTokens = 160

  package init(slip: Double = 0.04, detours: Detours = .copied) {
    self.slip = slip
    self.detours = detours
  }

  func probability(_ table: [Double], _ difficulty: Int) -> Double {
    table[min(max(difficulty, 1), table.count) - 1]
  }

  /// How many times the work is gone over again.
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
