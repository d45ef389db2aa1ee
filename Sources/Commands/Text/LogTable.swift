import Fields

/// Writes the rows of a log as aligned columns, as they arrive. The header is repeated after every
/// forty rows, and when a number needs more room than its column has.
struct LogTable {
  let names: [String]
  /// The most characters of a line; nil for no limit.
  private let limit: Int?
  private var widths: [Int]
  private var rowsSinceHeader: Int?

  static let rowsPerHeader = 40
  private static let gap = 2

  /// - Parameter limit: the most characters of a line; columns that do not fit are left out from
  ///   the right, and an ellipsis in the header stands for them.
  init(_ names: [String], limit: Int?) {
    self.names = names
    self.limit = limit
    widths = names.map { name in
      Self.headerParts(of: name).map { DisplayWidth.of($0) }.max() ?? 0
    }
  }

  /// Begins the next lines with the header.
  mutating func repeatHeader() { rowsSinceHeader = nil }

  /// The lines for rows, with the headers that they need.
  mutating func lines(_ rows: [LogRow]) -> [String] {
    let cells = rows.map { row in
      names.map { name in
        row[name].map { DisplayWidth.printable(LogRow.rounded($0)) } ?? NumberFormat.missing
      }
    }
    let needed = names.indices.map { column in
      max(widths[column], cells.map { DisplayWidth.of($0[column]) }.max() ?? 0)
    }
    if needed != widths {
      widths = needed
      rowsSinceHeader = nil
    }
    let shown = fitting
    return cells.flatMap { cells -> [String] in
      let header = rowsSinceHeader.map { $0 < Self.rowsPerHeader } == true ? [] : header(shown)
      rowsSinceHeader = header.isEmpty ? (rowsSinceHeader ?? 0) + 1 : 1
      return header + [line(cells[..<shown])]
    }
  }

  /// The number of columns that fit in a line; at least one.
  private var fitting: Int {
    guard let limit, total(widths.count) > limit else { return widths.count }
    // Two characters more are for the ellipsis.
    return widths.indices.last { total($0 + 1) + Self.gap <= limit }.map { $0 + 1 } ?? 1
  }

  private func total(_ count: Int) -> Int {
    widths.prefix(count).reduce(0, +) + Self.gap * max(0, count - 1)
  }

  /// The header's lines. A name such as `completions/mean_length` has a line for each part.
  private func header(_ shown: Int) -> [String] {
    let parts = names.prefix(shown).map(Self.headerParts)
    let height = parts.map(\.count).max() ?? 0
    return (0..<height).map { level in
      let cells = parts.map { parts in
        let index = level - (height - parts.count)
        return index < 0 ? "" : parts[index]
      }
      let isLast = level == height - 1
      return line(cells[...]).trimmingTrailingSpaces + (isLast && shown < names.count ? " …" : "")
    }
  }

  private func line(_ cells: ArraySlice<String>) -> String {
    zip(cells, widths).map { cell, width in
      String(repeating: " ", count: max(0, width - DisplayWidth.of(cell))) + cell
    }.joined(separator: String(repeating: " ", count: Self.gap))
  }

  /// The name divided behind each slash.
  private static func headerParts(of name: String) -> [String] {
    var parts: [String] = [""]
    for character in DisplayWidth.printable(name) {
      parts[parts.count - 1].append(character)
      if character == "/" { parts.append("") }
    }
    return parts.filter { !$0.isEmpty }
  }
}
