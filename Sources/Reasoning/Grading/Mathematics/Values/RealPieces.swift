/// Intervals and points of the real line, of which those that touch or overlap become one.
struct RealPieces {
  private struct End {
    var node: MathNode
    /// The end's place, ±∞ included.
    var place: Approximation?
    var infinity = 0
    var isOpen: Bool
  }

  private struct Piece {
    var lower: End
    var upper: End
    var isPoint = false
  }

  private static let most = 32

  /// Returns the pieces of a union, merged; as they are if the order of their ends is unknown.
  static func merged(
    _ values: [MathValue], with scalars: inout ScalarEquality
  ) throws(MathReadingError) -> [MathValue] {
    let pieces = values.compactMap(piece)
    guard values.count > 1, pieces.count == values.count, pieces.count <= most else {
      return values
    }
    var ordered: [Piece] = []
    for piece in pieces {
      guard let order = try compare(piece.lower, piece.upper, with: &scalars), order <= 0 else {
        return values
      }
      var index = ordered.count
      while index > 0 {
        guard let order = try compare(piece.lower, ordered[index - 1].lower, with: &scalars) else {
          return values
        }
        guard order < 0 else { break }
        index -= 1
      }
      ordered.insert(piece, at: index)
    }
    var result: [Piece] = []
    for next in ordered {
      guard var last = result.last else {
        result.append(next)
        continue
      }
      guard let gap = try compare(next.lower, last.upper, with: &scalars),
        let reach = try compare(next.upper, last.upper, with: &scalars),
        let start = try compare(next.lower, last.lower, with: &scalars)
      else { return values }
      guard gap < 0 || gap == 0 && !(next.lower.isOpen && last.upper.isOpen) else {
        result.append(next)
        continue
      }
      if start == 0 { last.lower.isOpen = last.lower.isOpen && next.lower.isOpen }
      if reach > 0 { last.upper = next.upper }
      if reach == 0 { last.upper.isOpen = last.upper.isOpen && next.upper.isOpen }
      last.isPoint = last.isPoint && next.isPoint
      result[result.count - 1] = last
    }
    return result.map(value)
  }

  private static func piece(_ value: MathValue) -> Piece? {
    switch value {
    case .interval(let interval): return piece(interval)
    case .tuple(let ends): return Interval(open: ends).flatMap(piece)
    case .scalar(let scalar):
      return end(scalar.node, isOpen: false).map { Piece(lower: $0, upper: $0, isPoint: true) }
    default: return nil
    }
  }

  private static func piece(_ interval: Interval) -> Piece? {
    guard let lower = end(interval.lower, isOpen: interval.isOpenBelow),
      let upper = end(interval.upper, isOpen: interval.isOpenAbove)
    else { return nil }
    return Piece(lower: lower, upper: upper)
  }

  private static func end(_ node: MathNode, isOpen: Bool) -> End? {
    if node.isInfinite {
      return End(node: node, infinity: node == .infinity ? 1 : -1, isOpen: isOpen)
    }
    var evaluation = ApproximateEvaluation(point: 0)
    guard !node.hasVariable, let place = evaluation.value(node) else { return nil }
    return End(node: node, place: place, isOpen: isOpen)
  }

  private static func value(_ piece: Piece) -> MathValue {
    if piece.isPoint { return .scalar(Scalar(node: piece.lower.node)) }
    return .interval(
      Interval(
        lower: piece.lower.node, upper: piece.upper.node, isOpenBelow: piece.lower.isOpen,
        isOpenAbove: piece.upper.isOpen))
  }

  /// Returns -1, 0 or 1; nil if it is unknown.
  private static func compare(
    _ first: End, _ second: End, with scalars: inout ScalarEquality
  ) throws(MathReadingError) -> Int? {
    guard let one = first.place, let other = second.place else {
      return (first.infinity - second.infinity).signum()
    }
    if one.differs(from: other) { return one.value < other.value ? -1 : 1 }
    return try scalars.areEqual(first.node, second.node) ? 0 : nil
  }
}
