import Algorithms
import Fields

/// Several plots in one picture, arranged in rows: for example one for each difficulty of the
/// problems, or one for each figure of a training run.
package struct PlotSheet: Sendable, Hashable {
  package let title: String
  package let panels: [Plot]
  package let columns: Int
  package let notes: [String]

  /// - Precondition: there is at least one panel and at least one column.
  package init(title: String, panels: [Plot], columns: Int, notes: [String] = []) {
    precondition(!panels.isEmpty && columns > 0, "a sheet has panels in columns")
    self.title = title
    self.panels = panels
    self.columns = min(columns, panels.count)
    self.notes = notes
  }

  /// The sheet at the width of a phone's screen or of a column of a paper: its panels below each
  /// other.
  package var narrow: PlotSheet {
    PlotSheet(title: title, panels: panels.map(\.narrow), columns: 1, notes: notes)
  }

  /// The sheet as one SVG file, like `Plot.svg`.
  package func svg() -> String {
    let width = panels.map(\.width).max() ?? 0
    let heights = panels.chunks(ofCount: columns).map { $0.map(\.height).max() ?? 0 }
    let total = width * Double(columns)
    let titles = wrapped(title, PlotLayout.titleSize, total)
    let top = titles.isEmpty ? 0 : 14 + PlotLayout.titleLeading * Double(titles.count)
    let noteLines = notes.flatMap { wrapped($0, PlotLayout.noteSize, total) }
    let bottom = top + heights.reduce(0, +)
    let end =
      bottom + (noteLines.isEmpty ? 0 : 8 + PlotLayout.noteLeading * Double(noteLines.count))
    let name = xmlEscaped(title.isEmpty ? panels[0].title : title)
    var lines = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"plot\" viewBox=\"0 0 \(pixels(total)) "
        + "\(pixels(end))\" role=\"img\" aria-label=\"\(name)\">",
      "<title>\(name)</title>",
      PlotStyle.css,
      "<rect class=\"ground\" width=\"100%\" height=\"100%\"/>",
    ]
    for (index, line) in titles.enumerated() {
      lines.append(
        text(line, "title", y: 28 + PlotLayout.titleLeading * Double(index)))
    }
    for (index, panel) in panels.enumerated() {
      let x = width * Double(index % columns)
      let y = top + heights.prefix(index / columns).reduce(0, +)
      lines.append("<g transform=\"translate(\(pixels(x)) \(pixels(y)))\">")
      lines += panel.body + ["</g>"]
    }
    for (index, line) in noteLines.enumerated() {
      lines.append(text(line, "tick", y: bottom + 12 + PlotLayout.noteLeading * Double(index)))
    }
    return (lines + ["</svg>"]).joined(separator: "\n") + "\n"
  }

  private func text(_ content: String, _ style: String, y: Double) -> String {
    "<text class=\"\(style)\" x=\"24\" y=\"\(pixels(y))\">\(xmlEscaped(content))</text>"
  }

  private func wrapped(_ text: String, _ size: Double, _ width: Double) -> [String] {
    guard !text.isEmpty else { return [] }
    let characters = Int((width - 48) / PlotLayout.textWidth("m", size: size))
    return WordWrap.narrowLines(of: DisplayWidth.printable(text), width: characters)
  }
}
