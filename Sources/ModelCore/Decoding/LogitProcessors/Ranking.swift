/// Ranks the tokens of a row of logits from the most likely down; of equal logits the lower token
/// comes first.
///
/// Only the part of the order that is asked for is computed: the tokens from some threshold up are
/// sorted, then those from a lower one. A threshold is found by bisection, so that the number of
/// tokens above it is about the number wanted; each step counts in one pass over the row.
struct Ranking {
  /// The number of most likely tokens that are sorted first, and the growth of this number.
  private static let firstCount = 128
  private static let growth = 8

  /// The number of tokens that are not removed, and the range of their logits.
  private var count = 0
  private var smallest = Float.infinity
  private var largest = -Float.infinity

  /// Removed tokens, and those whose logit is no number, are left out.
  init(of logits: Span<Float>) {
    for id in logits.indices where logits[id] > -.infinity {
      count += 1
      smallest = min(smallest, logits[id])
      largest = max(largest, logits[id])
    }
  }

  /// Removes every token from the first one for which `isKept(id, rank)` is false; ranks start at
  /// 0. The most likely token always stays.
  func keepFirst(in logits: inout MutableSpan<Float>, _ isKept: (Int, Int) -> Bool) {
    var rank = 0
    var ranked: Float?
    while rank < count {
      let wanted = max(Self.firstCount, Self.growth * rank)
      let threshold = threshold(for: wanted, in: logits.span)
      let part = sorted(from: threshold, to: ranked, in: logits.span)
      for place in part.indices {
        guard isKept(Int(part[place].id), rank) || rank == 0 else {
          for token in part[place...] { logits[Int(token.id)] = -.infinity }
          for id in logits.indices where logits[id] < threshold { logits[id] = -.infinity }
          return
        }
        rank += 1
      }
      ranked = threshold
    }
  }

  /// The logit from which on there are at least `wanted` tokens, and if possible not many more.
  private func threshold(for wanted: Int, in logits: Span<Float>) -> Float {
    var (low, high) = (smallest, largest)
    if 4 * wanted >= count { return low }
    while true {
      let middle = low / 2 + high / 2
      guard low < middle, middle < high else { return low }
      var found = 0
      for id in logits.indices where logits[id] >= middle { found += 1 }
      if found < wanted {
        high = middle
      } else {
        low = middle
        if found <= 4 * wanted { return low }
      }
    }
  }

  /// The tokens from one logit up to but not including another, in order.
  private func sorted(
    from threshold: Float, to end: Float?, in logits: Span<Float>
  ) -> [(id: Int32, logit: Float)] {
    var part: [(id: Int32, logit: Float)] = []
    for id in logits.indices where logits[id] >= threshold {
      if let end, logits[id] >= end { continue }
      part.append((Int32(id), logits[id]))
    }
    part.sort { $0.logit != $1.logit ? $0.logit > $1.logit : $0.id < $1.id }
    return part
  }
}
