extension ReportTable {
  /// The table in GitHub's Markdown: title, table, one line per note.
  ///
  /// The format has a single header line, so grouped columns are named like `easy accuracy`.
  package func markdown() -> String {
    var lines: [String] = []
    if !title.isEmpty { lines += ["**\(markdownEscaped(title))**", ""] }
    lines.append(row(columns.map { markdownEscaped($0.fullHeader) }))
    lines.append(row(columns.map { $0.alignment == .leading ? ":---" : "---:" }))
    for cells in rows { lines.append(row(cells.map { markdownEscaped($0.text) })) }
    for note in notes { lines += ["", markdownEscaped(note)] }
    return lines.joined(separator: "\n") + "\n"
  }

  private func row(_ cells: [String]) -> String {
    "| " + cells.joined(separator: " | ") + " |"
  }
}

/// Escapes text so that GitHub's Markdown shows it unchanged, on one line.
///
/// Underscores inside a word have no meaning there and are not escaped: `mean_tokens`.
func markdownEscaped(_ text: String) -> String {
  let characters = Array(text)
  var escaped = ""
  for (index, character) in characters.enumerated() {
    switch character {
    case "\\", "|", "*", "`", "[", "]", "~":
      escaped += "\\" + String(character)
    case "_":
      let isInsideWord =
        index > 0 && index + 1 < characters.count && characters[index - 1].isWordPart
        && characters[index + 1].isWordPart
      escaped += isInsideWord ? "_" : "\\_"
    case "<": escaped += "&lt;"
    case "&": escaped += "&amp;"
    case _ where character.isNewline: escaped += " "
    default: escaped.append(character)
    }
  }
  return escaped
}

extension Character {
  fileprivate var isWordPart: Bool { isLetter || isNumber || self == "_" }
}
