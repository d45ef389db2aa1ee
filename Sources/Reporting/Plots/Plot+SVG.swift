import Fields

extension Plot {
  /// The picture as one self-contained SVG file, without script or external fonts and files. It is
  /// light or dark by the reader's preference, and light in print. Equal plots give the same bytes.
  package func svg() -> String {
    let lines =
      [
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"plot\" viewBox=\"0 0 \(px(width)) "
          + "\(px(height))\" role=\"img\" aria-label=\"\(xmlEscaped(title))\">",
        "<title>\(xmlEscaped(title))</title>",
        PlotStyle.css,
        "<rect class=\"ground\" width=\"100%\" height=\"100%\"/>",
      ] + body + ["</svg>"]
    return lines.joined(separator: "\n") + "\n"
  }

  /// The elements inside the picture, one per line.
  var body: [String] {
    let layout = PlotLayout(self)
    var lines: [String] = []
    for (index, line) in layout.titleLines.enumerated() {
      let y = 28 + PlotLayout.titleLeading * Double(index)
      lines.append(text(line, x: layout.area.left, y: y, width < 400 ? "panel" : "title"))
    }
    lines += legend(layout) + axes(layout)
    for index in series.indices { lines += drawn(index, layout) }
    lines += labels(layout)
    for (index, line) in layout.noteLines.enumerated() {
      let y = height - 6 - PlotLayout.noteLeading * Double(layout.noteLines.count - 1 - index)
      lines.append(text(line, x: layout.area.left, y: y, "tick"))
    }
    if series.allSatisfy({ !$0.points.contains(where: \.isFinite) }) {
      lines.append(
        text(
          "no points", x: (layout.area.left + layout.area.right) / 2,
          y: (layout.area.top + layout.area.bottom) / 2, "tick", anchor: "middle"))
    }
    return lines
  }

  private func axes(_ layout: PlotLayout) -> [String] {
    let area = layout.area
    var lines: [String] = []
    for tick in layout.yScale.ticks {
      let y = layout.y(tick)
      lines.append(line(area.left, y, area.right, y, "grid"))
      let label = NumberFormat.fixed(tick, digits: layout.yScale.digits)
      lines.append(text(label, x: area.left - 8, y: y + 4, "tick", anchor: "end"))
    }
    for tick in layout.xScale.ticks {
      let x = layout.x(tick)
      lines.append(line(x, area.bottom, x, area.bottom + 5, "axis"))
      let label = NumberFormat.fixed(tick, digits: layout.xScale.digits)
      lines.append(text(label, x: x, y: area.bottom + 19, "tick", anchor: "middle"))
    }
    lines.append(line(area.left, area.bottom, area.right, area.bottom, "axis"))
    lines.append(
      text(
        x.label, x: (area.left + area.right) / 2, y: area.bottom + 44, "label",
        anchor: "middle"))
    let middle = px((area.top + area.bottom) / 2)
    lines.append(
      "<text class=\"label\" text-anchor=\"middle\" transform=\"translate(22 \(middle)) "
        + "rotate(-90)\">\(xmlEscaped(y.label))</text>")
    return lines
  }

  private func legend(_ layout: PlotLayout) -> [String] {
    layout.legend.flatMap { entry in
      let room = layout.width - entry.x - 16
      let characters = Int(room / PlotLayout.textWidth("m", size: PlotLayout.noteSize))
      return [
        key(entry.series, x: entry.x, y: entry.y),
        text(
          series[entry.series].name.truncatedInMiddle(to: characters), x: entry.x + 12,
          y: entry.y + 4.5, "tick"),
      ]
    }
  }

  /// Draws one series: its line, above that its error bars, above those its markers.
  private func drawn(_ index: Int, _ layout: PlotLayout) -> [String] {
    let points = series[index].points.filter(\.isFinite)
    let number = series[index].color ?? index
    let color = PlotStyle.strokeClass(number)
    var lines: [String] = []
    if let width = series[index].barWidth { return bars(points, width, number, layout) }
    if series[index].shape == .steps { return steps(points, color, layout) }
    if series[index].isJoined, points.count > 1 {
      let corners = points.map { "\(px(layout.x($0.x))),\(px(layout.y($0.y)))" }
      lines.append(
        "<polyline class=\"\(color) line\" points=\"\(corners.joined(separator: " "))\"/>")
    }
    for point in points {
      let (x, y) = layout.position(point)
      if let range = point.yRange {
        let top = layout.y(range.upperBound)
        let bottom = layout.y(range.lowerBound)
        lines.append(line(x, top, x, bottom, "\(color) bar"))
        lines.append(line(x - 3, top, x + 3, top, "\(color) bar"))
        lines.append(line(x - 3, bottom, x + 3, bottom, "\(color) bar"))
      }
      if let range = point.xRange {
        let left = layout.x(range.lowerBound)
        let right = layout.x(range.upperBound)
        lines.append(line(left, y, right, y, "\(color) bar"))
        lines.append(line(left, y - 3, left, y + 3, "\(color) bar"))
        lines.append(line(right, y - 3, right, y + 3, "\(color) bar"))
      }
    }
    // With many points, markers would hide the line.
    if series[index].isJoined, points.count > 30 { return lines }
    return lines
      + points.map { point in
        let (x, y) = layout.position(point)
        return marker(number, x: x, y: y)
      }
  }

  private func bars(
    _ points: [Point], _ width: Double, _ number: Int, _ layout: PlotLayout
  ) -> [String] {
    points.filter { $0.y != 0 }.map { point in
      let (left, right) = (layout.x(point.x), layout.x(point.x + width))
      let (top, bottom) = (layout.y(max(0, point.y)), layout.y(min(0, point.y)))
      return "<rect class=\"\(PlotStyle.fillClass(number)) column\" x=\"\(px(left))\" "
        + "y=\"\(px(top))\" width=\"\(px(right - left))\" height=\"\(px(bottom - top))\"/>"
    }
  }

  private func steps(_ points: [Point], _ color: String, _ layout: PlotLayout) -> [String] {
    guard let last = points.last else { return [] }
    var corners: [(Double, Double)] = []
    for point in points {
      let (x, y) = layout.position(point)
      if let before = corners.last { corners.append((x, before.1)) }
      corners.append((x, y))
    }
    corners.append((layout.area.right, layout.y(last.y)))
    let places = corners.map { "\(px($0.0)),\(px($0.1))" }.joined(separator: " ")
    return ["<polyline class=\"\(color) front\" points=\"\(places)\"/>"]
  }

  /// The sample of a series in the legend.
  private func key(_ index: Int, x: Double, y: Double) -> String {
    let number = series[index].color ?? index
    if series[index].shape == .steps {
      return line(x - 6, y, x + 6, y, "\(PlotStyle.strokeClass(number)) front")
    }
    guard series[index].barWidth != nil else { return marker(number, x: x, y: y) }
    return "<rect class=\"\(PlotStyle.fillClass(number)) column\" x=\"\(px(x - 4.5))\" "
      + "y=\"\(px(y - 4.5))\" width=\"9\" height=\"9\"/>"
  }

  private func labels(_ layout: PlotLayout) -> [String] {
    let points = series.flatMap { $0.points.filter(\.isFinite) }
    var placement = LabelPlacement(self, layout)
    return points.compactMap { point in
      guard let label = point.label,
        let place = placement.place(label, beside: layout.position(point))
      else { return nil }
      return text(label, x: place.x, y: place.y, "point")
    }
  }

  /// Draws a marker. Series differ in shape as well as in colour.
  private func marker(_ index: Int, x: Double, y: Double) -> String {
    let color = PlotStyle.fillClass(index)
    let r = PlotLayout.markerRadius
    let corners: [(Double, Double)]
    switch index % 4 {
    case 0:
      return "<circle class=\"\(color) mark\" cx=\"\(px(x))\" cy=\"\(px(y))\" r=\"\(px(r))\"/>"
    case 1: corners = [(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)]
    case 2: corners = [(0, -1.2), (1.1, 0.8), (-1.1, 0.8)]
    default: corners = [(0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0)]
    }
    let points = corners.map { "\(px(x + $0.0 * r)),\(px(y + $0.1 * r))" }
    return "<polygon class=\"\(color) mark\" points=\"\(points.joined(separator: " "))\"/>"
  }

  private func line(
    _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ style: String
  ) -> String {
    "<line class=\"\(style)\" x1=\"\(px(x1))\" y1=\"\(px(y1))\" x2=\"\(px(x2))\" y2=\"\(px(y2))\"/>"
  }

  private func text(
    _ content: String, x: Double, y: Double, _ style: String, anchor: String? = nil
  ) -> String {
    let anchor = anchor.map { " text-anchor=\"\($0)\"" } ?? ""
    return "<text class=\"\(style)\"\(anchor) x=\"\(px(x))\" y=\"\(px(y))\">"
      + "\(xmlEscaped(content))</text>"
  }

  /// Formats a coordinate to a tenth of a pixel, which is finer than can be seen, and short.
  private func px(_ value: Double) -> String { pixels(value) }
}

func pixels(_ value: Double) -> String {
  let text = NumberFormat.fixed(value, digits: 1)
  return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}

/// Escapes text for XML: replaces the five special characters, and removes characters that XML 1.0
/// forbids.
func xmlEscaped(_ text: String) -> String {
  var escaped = ""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "&": escaped += "&amp;"
    case "<": escaped += "&lt;"
    case ">": escaped += "&gt;"
    case "\"": escaped += "&quot;"
    case "'": escaped += "&#39;"
    case "\t", "\n", "\r": escaped += " "
    case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF: break
    default: escaped.unicodeScalars.append(scalar)
    }
  }
  return escaped
}
