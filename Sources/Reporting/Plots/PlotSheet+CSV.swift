extension PlotSheet {
  /// Every point as CSV (RFC 4180), in full precision: panel, series, x and y with half the widths
  /// of their error bars, and label.
  package func csv() -> String {
    ReportTable(
      title: title,
      columns: ["panel", "series", "x", "y", "x error", "y error", "label"].map { .init($0) },
      rows: panels.flatMap { panel in
        panel.series.flatMap { series in
          series.points.map { point in
            [.text(panel.title), .text(series.name)]
              + [point.x, point.y, point.xError, point.yError].map { value in
                value.map { .number($0, digits: 6) } ?? .missing
              } + [.text(point.label ?? "")]
          }
        }
      }
    ).csv()
  }
}
