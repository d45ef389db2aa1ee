/// The treatment of the matches of a pattern that divides a text.
enum SplitBehavior: String, CaseIterable, Sendable {
  case removed = "Removed"
  case isolated = "Isolated"
  case mergedWithPrevious = "MergedWithPrevious"
  case mergedWithNext = "MergedWithNext"
  case contiguous = "Contiguous"

  /// Turns the spans of a pattern, which cover a text, into its pieces.
  func arrange(_ spans: inout [TextSpan]) {
    switch self {
    case .isolated: break
    case .removed: spans.removeAll { $0.isMatch }
    case .contiguous:
      fold(&spans, isReversed: false) { isMatch, previous in isMatch == previous }
    case .mergedWithPrevious:
      fold(&spans, isReversed: false) { isMatch, previous in isMatch && !previous }
    case .mergedWithNext:
      fold(&spans, isReversed: true) { isMatch, previous in isMatch && !previous }
    }
  }

  private func fold(
    _ spans: inout [TextSpan], isReversed: Bool, _ joins: (Bool, Bool) -> Bool
  ) {
    if isReversed { spans.reverse() }
    var count = 0
    var previous = false
    for span in spans {
      if count > 0, joins(span.isMatch, previous) {
        if isReversed {
          spans[count - 1].start = span.start
        } else {
          spans[count - 1].end = span.end
        }
      } else {
        spans[count] = span
        count += 1
      }
      previous = span.isMatch
    }
    spans.removeLast(spans.count - count)
    if isReversed { spans.reverse() }
  }
}
