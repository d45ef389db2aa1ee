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

  package init(title: String, x: Axis, y: Axis, series: [Series]) {
    self.title = title
    self.x = x
    self.y = y
    self.series = series
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

  /// Points of one colour and marker.
  package struct Series: Sendable, Hashable {
    package let name: String
    /// Whether a line joins the points, in the order given.
    package let isJoined: Bool
    package let points: [Point]

    package init(_ name: String, joined: Bool = false, points: [Point]) {
      self.name = name
      self.isJoined = joined
      self.points = points
    }
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
