import Fields
import Reporting

extension PlotSheet {
  /// A picture that only says that there is nothing to plot.
  static func empty(_ title: String) -> PlotSheet {
    PlotSheet(
      title: "", panels: [Plot(title: title, x: .init(""), y: .init(""), series: [])], columns: 1)
  }
}

/// Formats a number for a note under a plot.
func fixed(_ value: Double, _ digits: Int = 3) -> String {
  NumberFormat.fixed(value, digits: digits)
}
