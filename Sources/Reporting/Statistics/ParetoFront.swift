import Algorithms

/// The Pareto front: the points that no other point dominates by less x for at least as much y, or
/// more y for at most as much x. It is used for accuracy against tokens.
package struct ParetoFront: Sendable, Hashable {
  package struct Point: Sendable, Hashable {
    package let x: Double
    package let y: Double
    /// The point's position in the list that was given.
    package let index: Int
  }

  /// The points by ascending x; of equal points only the first.
  package let points: [Point]

  /// Finds the front; points that are not finite are left out.
  package init(_ all: [(x: Double, y: Double)]) {
    let sorted = all.enumerated()
      .filter { $0.element.x.isFinite && $0.element.y.isFinite }
      .map { Point(x: $0.element.x, y: $0.element.y, index: $0.offset) }
      .sorted { ($0.x, -$0.y, $0.index) < ($1.x, -$1.y, $1.index) }
    points = sorted.reduce(into: []) { front, point in
      if front.last.map({ point.y > $0.y }) ?? true { front.append(point) }
    }
  }

  /// The best y reachable for at most x, averaged over a range of x: the area under the front's
  /// steps, divided by the width. To the left of the first point, y counts as 0.
  ///
  /// Fronts are compared over the same range. Nil if the range is empty.
  package func area(over range: ClosedRange<Double>) -> Double? {
    guard range.upperBound > range.lowerBound else { return nil }
    var area = 0.0
    for (place, point) in points.enumerated() {
      let end = place + 1 < points.count ? points[place + 1].x : .infinity
      let lower = max(point.x, range.lowerBound)
      let upper = min(end, range.upperBound)
      if upper > lower { area += point.y * (upper - lower) }
    }
    return area / (range.upperBound - range.lowerBound)
  }
}

/// A curve of points joined by straight lines.
package enum Curve {
  /// The mean height: the area by trapezoids from the first x to the last, divided by the width.
  /// Nil if there are fewer than two different x.
  ///
  /// - Precondition: x is ascending.
  package static func meanHeight(_ points: [(x: Double, y: Double)]) -> Double? {
    precondition(points.adjacentPairs().allSatisfy { $0.x <= $1.x }, "x ascends")
    guard let first = points.first, let last = points.last, last.x > first.x else { return nil }
    let area = points.adjacentPairs().reduce(0) { sum, pair in
      sum + (pair.1.x - pair.0.x) * (pair.0.y + pair.1.y) / 2
    }
    return area / (last.x - first.x)
  }
}
