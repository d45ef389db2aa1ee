/// A picture of numbers against numbers: points, perhaps joined, with errors and labels.
///
/// ```swift
/// let plot = Plot(
///   title: "Accuracy against tokens", x: .init("mean response tokens"), y: .init("accuracy"),
///   series: [.init("RL", joined: true, points: [.init(52.3, 0.899, yError: 0.011, label: "α = 0.1")])])
/// try plot.svg().write(to: file, atomically: true, encoding: .utf8)
/// ```
package struct Plot: Sendable, Hashable {
  package let title: String
  package let x: Axis
  package let y: Axis
  package let series: [Series]
  /// Small print below the picture, a line each.
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

  package struct Axis: Sendable, Hashable {
    package let label: String
    /// Values the axis must show besides the points: `[0]` starts it at zero.
    package let including: [Double]

    package init(_ label: String, including: [Double] = []) {
      self.label = label
      self.including = including
    }
  }

  /// How a series is drawn.
  package enum Shape: Sendable, Hashable {
    case points
    /// A line joins the points, in the order given.
    case line
    /// A dashed staircase without markers: what is to be had for at most x. It goes on to the right.
    case steps
    /// Bars from zero, from each point's x as far as this to the right.
    case bars(width: Double)
  }

  /// Points of one colour and marker.
  package struct Series: Sendable, Hashable {
    package let name: String
    package let shape: Shape
    /// The number of its colour and marker, where that is not its place in the plot.
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

  /// A point with half-widths of its error bars. One that is not finite is left out of the picture.
  package struct Point: Sendable, Hashable {
    package let x: Double
    package let y: Double
    package let xError: Double?
    package let yError: Double?
    package let label: String?

    package init(
      _ x: Double, _ y: Double, xError: Double? = nil, yError: Double? = nil, label: String? = nil
    ) {
      self.x = x
      self.y = y
      self.xError = xError.flatMap { $0.magnitude < NiceScale.limit / 2 ? $0.magnitude : nil }
      self.yError = yError.flatMap { $0.magnitude < NiceScale.limit / 2 ? $0.magnitude : nil }
      self.label = label
    }

    var isFinite: Bool { [x, y].allSatisfy { $0.magnitude < NiceScale.limit / 2 } }
  }
}
