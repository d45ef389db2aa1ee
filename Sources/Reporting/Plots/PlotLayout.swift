import Fields

/// The positions of all parts of a plot, in pixels from the top left corner.
struct PlotLayout {
  struct Rect {
    var left: Double
    var top: Double
    var right: Double
    var bottom: Double

    func overlaps(_ other: Rect) -> Bool {
      left < other.right && other.left < right && top < other.bottom && other.top < bottom
    }

    func contains(_ other: Rect) -> Bool {
      left <= other.left && other.right <= right && top <= other.top && other.bottom <= bottom
    }

    /// The squared distance from a point to the rectangle; zero inside.
    func squaredDistance(to point: (x: Double, y: Double)) -> Double {
      let dx = max(left - point.x, 0, point.x - right)
      let dy = max(top - point.y, 0, point.y - bottom)
      return dx * dx + dy * dy
    }
  }

  static let fontSize = 13.0
  static let titleSize = 16.0
  /// The distance between lines of the title.
  static let titleLeading = 20.0
  static let noteSize = 11.0
  static let noteLeading = 15.0
  /// The radius of a point's marker.
  static let markerRadius = 4.5

  let width: Double
  let height: Double
  let xScale: NiceScale
  let yScale: NiceScale
  /// The area between the axes.
  let area: Rect
  /// The height of the area; negative if the texts leave no room for it.
  var areaHeight: Double { area.bottom - area.top }
  var notesHeight: Double { Self.noteLeading * Double(noteLines.count) }
  /// The title, wrapped to the picture's width.
  let titleLines: [String]
  /// The notes, wrapped to the picture's width.
  let noteLines: [String]
  /// The legend's entries with the positions of their markers; empty for a single named series.
  let legend: [(series: Int, x: Double, y: Double)]

  init(_ plot: Plot) {
    let points = plot.series.flatMap { $0.points.filter(\.isFinite) }
    width = plot.width
    height = plot.height
    // Bars start at zero and extend to the right of their point.
    let ends = plot.series.flatMap { series in
      series.barWidth.map { width in series.points.filter(\.isFinite).map { $0.x + width } } ?? []
    }
    let ground = plot.series.contains { $0.barWidth != nil } ? [0.0] : []
    xScale = Self.scale(
      points.flatMap { Self.ends($0.x, $0.xRange) }, including: plot.x.including + ends,
      parts: width / 110)
    yScale = Self.scale(
      points.flatMap { Self.ends($0.y, $0.yRange) }, including: plot.y.including + ground,
      parts: height / 80)
    let yDigits = yScale.digits
    let yTexts = yScale.ticks.map { NumberFormat.fixed($0, digits: yDigits) }
    let yTextWidth = yTexts.map { Self.textWidth($0) }.max() ?? 0
    let left = 16 + Self.fontSize + 14 + yTextWidth + 8
    let right = width - 28

    var legend: [(series: Int, x: Double, y: Double)] = []
    let titleWidth = Int((right - left) / Self.textWidth("m", size: Self.titleSize))
    titleLines =
      plot.title.isEmpty
      ? [] : WordWrap.narrowLines(of: DisplayWidth.printable(plot.title), width: titleWidth)
    var top = 20 + Self.titleLeading * Double(titleLines.count) + (titleLines.isEmpty ? 0 : 6)
    let named = plot.series.enumerated().filter { !$0.element.name.isEmpty }
    if named.count > 1 {
      var x = left
      for (index, series) in named {
        let entryWidth = 18 + Self.textWidth(series.name) + 18
        if x > left, x + entryWidth > right {
          x = left
          top += 20
        }
        legend.append((index, x + 6, top + 6))
        x += entryWidth
      }
      top += 26
    }
    self.legend = legend
    let noteWidth = Int((right - left) / Self.textWidth("m", size: Self.noteSize))
    noteLines = plot.notes.flatMap {
      WordWrap.narrowLines(of: DisplayWidth.printable($0), width: noteWidth)
    }
    area = Rect(
      left: left, top: top, right: right,
      bottom: height - 58 - Self.noteLeading * Double(noteLines.count))
  }

  func position(_ point: Plot.Point) -> (x: Double, y: Double) { (x(point.x), y(point.y)) }

  func x(_ value: Double) -> Double {
    area.left + (value - xScale.lower) / (xScale.upper - xScale.lower) * (area.right - area.left)
  }

  func y(_ value: Double) -> Double {
    area.bottom - (value - yScale.lower) / (yScale.upper - yScale.lower) * areaHeight
  }

  /// The estimated width of text in a common sans-serif font, rather too wide than too narrow.
  static func textWidth(_ text: String, size: Double = fontSize) -> Double {
    Double(DisplayWidth.of(text)) * size * 0.58
  }

  /// The values that a scale must cover: the ends of the error bar, or the value itself.
  private static func ends(_ value: Double, _ range: ClosedRange<Double>?) -> [Double] {
    range.map { [$0.lowerBound, $0.upperBound] } ?? [value]
  }

  /// A scale over values, with what it has to include.
  private static func scale(
    _ values: [Double], including: [Double], parts: Double
  ) -> NiceScale {
    let ends = values + including.filter { $0.magnitude < NiceScale.limit }
    guard let low = ends.min(), let high = ends.max() else {
      return NiceScale(covering: 0, 1)
    }
    return NiceScale(covering: low, high, parts: min(5, max(2, Int(parts))))
  }
}
