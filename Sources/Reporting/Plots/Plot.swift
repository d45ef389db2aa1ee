/// A plot of y against x: points that may be joined, with error bars and labels.
///
/// ```swift
/// let plot = Plot(
///   title: "Accuracy against tokens", x: .init("mean response tokens"), y: .init("accuracy"),
///   series: [
///     .init("RL", joined: true, points: [.init(52.3, 0.899, yError: 0.011, label: "α = 0.1")])
///   ])
/// try plot.svg().write(to: file, atomically: true, encoding: .utf8)
/// ```
package struct Plot: Sendable, Hashable {
  package let title: String
  package let x: Axis
  package let y: Axis
  package let series: [Series]
  /// Notes in small print below the picture, one per line.
  package let notes: [String]
  package let width: Double
  package let height: Double

  package init(
    title: String, x: Axis, y: Axis, series: [Series], notes: [String] = [],
    width: Double = 640, height: Double = 420
  ) {
    self.title = title
    self.x = x
    self.y = y
    self.series = series
    self.notes = notes
    self.width = width
    self.height = height
  }

  /// The plot at the width of a phone's screen or of a column of a paper, where its text is of
  /// readable size. More lines of text make it higher, not the area between its axes lower.
  package var narrow: Plot {
    let wide = PlotLayout(self)
    let area = min(wide.areaHeight + wide.notesHeight, Self.narrowAreaHeight)
    // The texts take the same lines at any height.
    let narrow = PlotLayout(resized(Self.narrowWidth, height))
    return resized(Self.narrowWidth, height + area - narrow.areaHeight)
  }

  private static let narrowWidth = 360.0
  private static let narrowAreaHeight = 240.0

  private func resized(_ width: Double, _ height: Double) -> Plot {
    Plot(title: title, x: x, y: y, series: series, notes: notes, width: width, height: height)
  }

  package struct Axis: Sendable, Hashable {
    package let label: String
    /// Values that the axis must include besides the points: `[0]` makes it start at zero.
    package let including: [Double]

    package init(_ label: String, including: [Double] = []) {
      self.label = label
      self.including = including
    }
  }

  /// The drawing style of a series.
  package enum Shape: Sendable, Hashable {
    case points
    /// The points joined by a line, in the order given.
    case line
    /// A dashed staircase without markers, continued to the right: the best value reachable for at
    /// most x.
    case steps
    /// Bars from zero; each starts at its point's x and has this width.
    case bars(width: Double)
  }

  /// Points of one colour and marker.
  package struct Series: Sendable, Hashable {
    package let name: String
    package let shape: Shape
    /// The number of its colour and marker; nil for its position in the plot.
    package let color: Int?
    package let points: [Point]

    package init(_ name: String, _ shape: Shape, color: Int? = nil, points: [Point]) {
      self.name = name
      self.shape = shape
      self.color = color
      self.points = points
    }

    package init(_ name: String, joined: Bool = false, points: [Point]) {
      self.init(name, joined ? .line : .points, points: points)
    }

    var isJoined: Bool { shape == .line }

    var barWidth: Double? { if case .bars(let width) = shape { width } else { nil } }
  }

  /// A point with its error bars, which may be longer on one side. A point that is not finite is
  /// not drawn.
  package struct Point: Sendable, Hashable {
    package let x: Double
    package let y: Double
    /// The ends of the error bars.
    package let xRange: ClosedRange<Double>?
    package let yRange: ClosedRange<Double>?
    /// The longer half of each error bar.
    package let xError: Double?
    package let yError: Double?
    package let label: String?

    /// - Parameters:
    ///   - xError: half of the bar along x.
    ///   - yError: half of the bar along y.
    package init(
      _ x: Double, _ y: Double, xError: Double? = nil, yError: Double? = nil, label: String? = nil
    ) {
      func drawable(_ error: Double?) -> Double? {
        error.flatMap { $0.magnitude < NiceScale.limit / 2 ? $0.magnitude : nil }
      }
      self.x = x
      self.y = y
      self.xError = drawable(xError)
      self.yError = drawable(yError)
      xRange = x.isFinite ? self.xError.map { x - $0...x + $0 } : nil
      yRange = y.isFinite ? self.yError.map { y - $0...y + $0 } : nil
      self.label = label
    }

    package init(
      _ x: Double, _ y: Double, xRange: ClosedRange<Double>?, yRange: ClosedRange<Double>?,
      label: String? = nil
    ) {
      func drawable(_ range: ClosedRange<Double>?) -> ClosedRange<Double>? {
        range.flatMap { range in
          max(range.lowerBound.magnitude, range.upperBound.magnitude) < NiceScale.limit / 2
            ? range : nil
        }
      }
      self.x = x
      self.y = y
      self.xRange = drawable(xRange)
      self.yRange = drawable(yRange)
      xError = self.xRange.map { max(x - $0.lowerBound, $0.upperBound - x) }
      yError = self.yRange.map { max(y - $0.lowerBound, $0.upperBound - y) }
      self.label = label
    }

    var isFinite: Bool { [x, y].allSatisfy { $0.magnitude < NiceScale.limit / 2 } }
  }
}
