import Algorithms

/// Places the labels of points so that no label covers another, a marker, a line, an error bar or
/// the frame, and each label is nearest to its own point.
struct LabelPlacement {
  private var taken: [PlotLayout.Rect]
  private let markers: [(x: Double, y: Double)]
  private let area: PlotLayout.Rect

  static let fontSize = 11.0

  init(_ plot: Plot, _ layout: PlotLayout) {
    area = layout.area
    taken = []
    let series = plot.series.map { $0.points.filter(\.isFinite) }
    markers = series.flatMap { $0.map(layout.position) }
    let radius = PlotLayout.markerRadius + 1
    for marker in markers { take(from: marker, to: marker, reach: radius) }
    for (index, points) in series.enumerated() {
      if plot.series[index].isJoined {
        for (start, end) in points.adjacentPairs() {
          takeLine(from: layout.position(start), to: layout.position(end))
        }
      }
      for point in points {
        let (x, y) = layout.position(point)
        if let range = point.yRange {
          take(
            from: (x, layout.y(range.upperBound)), to: (x, layout.y(range.lowerBound)), reach: 3)
        }
        if let range = point.xRange {
          take(
            from: (layout.x(range.lowerBound), y), to: (layout.x(range.upperBound), y), reach: 3)
        }
      }
    }
  }

  /// The start of the baseline for a label beside a point: the first free of eight places around
  /// it, near ones first. Nil if all are taken, since a label that hides another is worse than
  /// none.
  mutating func place(
    _ text: String, beside point: (x: Double, y: Double)
  ) -> (x: Double, y: Double)? {
    let size = Self.fontSize
    let width = PlotLayout.textWidth(text, size: size)
    let reach = PlotLayout.markerRadius + 4
    for distance in [reach, reach + 8, reach + 16] {
      let right = point.x + distance
      let left = point.x - distance - width
      let center = point.x - width / 2
      let above = point.y - distance
      let below = point.y + distance + size * 0.75
      let level = point.y + size * 0.35
      let places = [
        (right, above), (right, below), (left, above), (left, below), (center, above),
        (center, below), (right, level), (left, level),
      ]
      for (x, y) in places {
        let box = PlotLayout.Rect(left: x, top: y - size * 0.8, right: x + width, bottom: y + 3)
        guard area.contains(box), !taken.contains(where: box.overlaps), isNearest(point, to: box)
        else { continue }
        taken.append(box)
        return (x, y)
      }
    }
    return nil
  }

  private func isNearest(_ point: (x: Double, y: Double), to box: PlotLayout.Rect) -> Bool {
    let own = box.squaredDistance(to: point)
    return markers.allSatisfy { box.squaredDistance(to: $0) >= own }
  }

  private mutating func take(
    from start: (x: Double, y: Double), to end: (x: Double, y: Double), reach: Double
  ) {
    taken.append(
      PlotLayout.Rect(
        left: min(start.x, end.x) - reach, top: min(start.y, end.y) - reach,
        right: max(start.x, end.x) + reach, bottom: max(start.y, end.y) + reach))
  }

  /// Marks a slanted line as taken, as small squares along it.
  private mutating func takeLine(from start: (x: Double, y: Double), to end: (x: Double, y: Double))
  {
    let length = max((end.x - start.x).magnitude, (end.y - start.y).magnitude)
    let steps = max(1, Int(length / 4))
    for step in 0...steps {
      let share = Double(step) / Double(steps)
      let place = (
        x: start.x + share * (end.x - start.x), y: start.y + share * (end.y - start.y)
      )
      take(from: place, to: place, reach: 1.5)
    }
  }
}
