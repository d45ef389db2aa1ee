import Fields

extension ReportTable {
  /// The table as lines of text for a terminal of the given width.
  ///
  /// Values and errors are aligned in their columns. A table that is too wide is made narrower in
  /// this order: headers and text wrap; then the table is split into blocks below each other, each
  /// with the label columns. Numbers are never broken, so a terminal narrower than the labels and
  /// one number overflows.
  package func terminal(width: Int = 80, style: TerminalStyle = .plain) -> String {
    let columns = self.columns.indices.map { TerminalColumn(self, $0) }
    var lines: [String] = []
    if !title.isEmpty {
      lines += WordWrap.narrowLines(of: DisplayWidth.printable(title), width: width).map(style.bold)
      lines.append("")
    }
    for (index, block) in blocks(of: columns, width: width).enumerated() {
      if index > 0 { lines.append("") }
      lines += draw(block, of: columns, width: width, style: style)
    }
    if !notes.isEmpty { lines.append("") }
    for note in notes {
      lines += WordWrap.narrowLines(of: DisplayWidth.printable(note), width: width).map(style.dim)
    }
    return lines.map(withoutTrailingSpaces).joined(separator: "\n") + "\n"
  }

  private static let gap = 2

  /// The indices of the columns in each block, for lines of `width` characters.
  func blocks(width: Int) -> [[Int]] {
    blocks(of: columns.indices.map { TerminalColumn(self, $0) }, width: width)
  }

  /// The indices of the columns in each block: one block if all columns fit, and groups kept
  /// together if possible.
  private func blocks(of columns: [TerminalColumn], width: Int) -> [[Int]] {
    let labels = Array(columns.indices.prefix(labelColumns))
    let fits: ([Int]) -> Bool = { block in
      block.map { columns[$0].minimum }.reduce(0, +) + Self.gap * (block.count - 1) <= width
    }
    var blocks: [[Int]] = []
    var block = labels
    for group in groups(Array(columns.indices.dropFirst(labelColumns))) {
      if fits(block + group) {
        block += group
        continue
      }
      if block.count > labels.count, fits(labels + group) {
        blocks.append(block)
        block = labels + group
        continue
      }
      for column in group {
        if block.count > labels.count, !fits(block + [column]) {
          blocks.append(block)
          block = labels
        }
        block.append(column)
      }
    }
    return blocks + [block]
  }

  /// Neighbouring columns with a common heading; a column without a group forms its own.
  func groups(_ block: [Int]) -> [[Int]] {
    var groups: [[Int]] = []
    for column in block {
      if let group = columns[column].group, let before = groups.last?.last,
        columns[before].group == group
      {
        groups[groups.count - 1].append(column)
      } else {
        groups.append([column])
      }
    }
    return groups
  }

  private func draw(
    _ block: [Int], of columns: [TerminalColumn], width: Int, style: TerminalStyle
  ) -> [String] {
    let widths = widened(fitted(block.map { columns[$0] }, width: width), block, width: width)
    var lines = groupLines(block, widths: widths, style: style)
    let headers = zip(block, widths).map { columns[$0].headerLines(width: $1) }
    let depth = headers.map(\.count).max() ?? 0
    for line in 0..<depth {
      // Headers are aligned at the bottom, so short ones start lower.
      let texts = headers.map { lines in
        let offset = line - (depth - lines.count)
        return offset < 0 ? "" : lines[offset]
      }
      lines.append(style.bold(withoutTrailingSpaces(join(texts, block, columns, widths))))
    }
    lines.append(
      widths.map { String(repeating: style.rule, count: $0) }
        .joined(separator: String(repeating: " ", count: Self.gap)))
    for row in rows.indices {
      let cells = zip(block, widths).map { columns[$0].bodyLines(row: row, width: $1) }
      for line in 0..<(cells.map(\.count).max() ?? 0) {
        lines.append(
          join(cells.map { line < $0.count ? $0[line] : "" }, block, columns, widths))
      }
    }
    return lines
  }

  private func join(
    _ texts: [String], _ block: [Int], _ columns: [TerminalColumn], _ widths: [Int]
  ) -> String {
    zip(texts, zip(block, widths)).map { text, place in
      padded(text, to: place.1, columns[place.0].alignment)
    }.joined(separator: String(repeating: " ", count: Self.gap))
  }

  /// Widens columns for group headings that are longer than their columns, as far as the line has
  /// room.
  private func widened(_ widths: [Int], _ block: [Int], width: Int) -> [Int] {
    var widths = widths
    var spare = width - widths.reduce(0, +) - Self.gap * (widths.count - 1)
    var place = 0
    for columns in groups(block) {
      let places = place..<(place + columns.count)
      place = places.upperBound
      guard let heading = self.columns[columns[0]].group else { continue }
      let span = widths[places].reduce(0, +) + Self.gap * (columns.count - 1)
      let missing = DisplayWidth.of(DisplayWidth.printable(heading)) - span
      let extra = min(max(0, missing), max(0, spare))
      widths[places.upperBound - 1] += extra
      spare -= extra
    }
    return widths
  }

  /// The widths of the columns: their natural widths, or with the widest reduced step by step until
  /// the line fits or no column can be reduced. Headers wrap before rows do.
  private func fitted(_ columns: [TerminalColumn], width: Int) -> [Int] {
    var widths = columns.map(\.natural)
    let available = width - Self.gap * (columns.count - 1)
    for limits in [columns.map(\.wrappingHeader), columns.map(\.minimum)] {
      while widths.reduce(0, +) > available {
        let shrinkable = columns.indices.filter { widths[$0] > limits[$0] }
        guard let widest = shrinkable.max(by: { widths[$0] < widths[$1] }) else { break }
        widths[widest] -= 1
      }
    }
    return widths
  }

  /// The line of group headings, centred over their columns, and the line of rules below them.
  private func groupLines(_ block: [Int], widths: [Int], style: TerminalStyle) -> [String] {
    guard block.contains(where: { columns[$0].group != nil }) else { return [] }
    var headings = ""
    var rules = ""
    var position = 0
    for columns in groups(block) {
      let end = position + columns.count
      let span = widths[position..<end].reduce(0, +) + Self.gap * (columns.count - 1)
      if position > 0 {
        headings += String(repeating: " ", count: Self.gap)
        rules += String(repeating: " ", count: Self.gap)
      }
      let group = self.columns[columns[0]].group
      let text = shortened(DisplayWidth.printable(group ?? ""), to: span)
      let before = String(repeating: " ", count: (span - DisplayWidth.of(text)) / 2)
      headings += padded(before + text, to: span, .leading)
      rules += String(repeating: group == nil ? " " : style.rule, count: span)
      position = end
    }
    return [style.bold(withoutTrailingSpaces(headings)), rules]
  }

  private func shortened(_ text: String, to width: Int) -> String {
    guard DisplayWidth.of(text) > width else { return text }
    var short = ""
    for character in text {
      guard DisplayWidth.of(short) + DisplayWidth.width(character) < width else { break }
      short.append(character)
    }
    return short + "…"
  }
}

/// The texts of one column and its possible widths.
private struct TerminalColumn {
  let alignment: ReportTable.Alignment
  private let header: String
  /// The text that may be wrapped, per row; nil for a number, which may not.
  private let wrappable: [String?]
  /// The numbers with their errors aligned, per row.
  private let numbers: [String]
  /// The width at which nothing wraps.
  let natural: Int
  /// The width at which only the header wraps.
  let wrappingHeader: Int
  /// The width below which numbers or words would be broken.
  let minimum: Int

  /// A piece of text longer than this may be broken inside a word.
  private static let longestKeptWord = 16

  init(_ table: ReportTable, _ index: Int) {
    let column = table.columns[index]
    let cells = table.rows.map { $0[index] }
    alignment = column.alignment
    header = DisplayWidth.printable(column.header)
    let valueWidth =
      cells.compactMap { $0.measured.map { DisplayWidth.of($0.valueText) } }.max() ?? 0
    let errorWidth = cells.compactMap { $0.measured?.errorText.map(DisplayWidth.of) }.max() ?? 0
    numbers = cells.map { cell in
      guard let number = cell.measured else {
        // The dash is aligned with the values, not with their errors.
        guard cell == .missing else { return "" }
        return padded(NumberFormat.missing, to: valueWidth, .trailing)
          + String(repeating: " ", count: errorWidth == 0 ? 0 : errorWidth + 1)
      }
      let value = padded(number.valueText, to: valueWidth, .trailing)
      guard errorWidth > 0 else { return value }
      return value + " " + padded(number.errorText ?? "", to: errorWidth, .trailing)
    }
    wrappable = cells.map { cell in
      if case .text(let text) = cell { DisplayWidth.printable(text) } else { nil }
    }
    let numberWidth = numbers.map(DisplayWidth.of).max() ?? 0
    let texts = wrappable.compactMap { $0 }
    let bodyWidth = max(1, numberWidth, texts.map(DisplayWidth.of).max() ?? 0)
    let words = (texts + [header]).map {
      min(WordWrap.longestPiece(of: $0), Self.longestKeptWord)
    }
    natural = max(bodyWidth, DisplayWidth.of(header))
    minimum = max(1, numberWidth, words.max() ?? 0)
    wrappingHeader = min(natural, max(bodyWidth, minimum))
  }

  func headerLines(width: Int) -> [String] { WordWrap.narrowLines(of: header, width: width) }

  func bodyLines(row: Int, width: Int) -> [String] {
    wrappable[row].map { WordWrap.narrowLines(of: $0, width: width) } ?? [numbers[row]]
  }
}

private func padded(_ text: String, to width: Int, _ alignment: ReportTable.Alignment) -> String {
  let padding = String(repeating: " ", count: max(0, width - DisplayWidth.of(text)))
  return alignment == .leading ? text + padding : padding + text
}

private func withoutTrailingSpaces(_ line: String) -> String {
  var line = Substring(line)
  while line.last == " " { line.removeLast() }
  return String(line)
}
