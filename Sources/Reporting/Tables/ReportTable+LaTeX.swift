extension ReportTable {
  /// The table as LaTeX, which needs only the package booktabs.
  package func latex() -> String {
    let spec = columns.map { $0.alignment == .leading ? "l" : "r" }.joined()
    var lines = ["\\begin{table}", "\\centering", "\\begin{tabular}{\(spec)}", "\\toprule"]
    if columns.contains(where: { $0.group != nil }) { lines += groupLines }
    lines.append(row(columns.map { latexEscaped($0.header) }))
    lines.append("\\midrule")
    for cells in rows { lines.append(row(cells.map(\.latex))) }
    lines += ["\\bottomrule", "\\end{tabular}"]
    let caption = ([title] + notes).filter { !$0.isEmpty }.map(latexEscaped)
    if !caption.isEmpty { lines.append("\\caption{\(caption.joined(separator: ". "))}") }
    return (lines + ["\\end{table}"]).joined(separator: "\n") + "\n"
  }

  private var groupLines: [String] {
    var cells: [String] = []
    var rules = ""
    var start = 0
    while start < columns.count {
      let group = columns[start].group
      var end = start + 1
      while group != nil, end < columns.count, columns[end].group == group { end += 1 }
      if let group {
        cells.append("\\multicolumn{\(end - start)}{c}{\(latexEscaped(group))}")
        rules += "\\cmidrule(lr){\(start + 1)-\(end)}"
      } else {
        cells.append("")
      }
      start = end
    }
    return [row(cells), rules]
  }

  private func row(_ cells: [String]) -> String { cells.joined(separator: " & ") + " \\\\" }
}

extension Cell {
  fileprivate var latex: String {
    switch self {
    case .text(let text): latexEscaped(text)
    case .number(let number):
      "$" + number.valueText
        + (number.errorText.map { " " + $0.replacing("±", with: "\\pm ") } ?? "")
        + "$"
    case .missing: "--"
    }
  }
}

/// Escapes text so that LaTeX shows it unchanged.
private func latexEscaped(_ text: String) -> String {
  var escaped = ""
  for character in text {
    switch character {
    case "\\": escaped += "\\textbackslash{}"
    case "~": escaped += "\\textasciitilde{}"
    case "^": escaped += "\\textasciicircum{}"
    case "&", "%", "$", "#", "_", "{", "}": escaped += "\\" + String(character)
    case "±": escaped += "$\\pm$"
    case "→": escaped += "$\\rightarrow$"
    case "—": escaped += "---"
    case "≤": escaped += "$\\leq$"
    case _ where character.isNewline: escaped += " "
    default: escaped.append(character)
    }
  }
  return escaped
}
