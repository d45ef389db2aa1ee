import Fields
import Reporting

extension PlotSheet {
  /// A picture that says there is nothing to see.
  static func empty(_ title: String) -> PlotSheet {
    PlotSheet(
      title: "", panels: [Plot(title: title, x: .init(""), y: .init(""), series: [])], columns: 1)
  }
}

/// A number in a note.
func fixed(_ value: Double, _ digits: Int = 3) -> String {
  NumberFormat.fixed(value, digits: digits)
}
