import Algorithms
import ArgumentParser
import Fields
import Reporting

/// Formats what is new in the logs of some points: as columns, as CSV, or as it is stored.
package struct LogPrinter {
  package enum Form {
    case columns, csv, json
  }

  /// The log of one point.
  package struct Source {
    package let address: String
    /// The columns that are shown unless others are chosen; nil for a log that is shown line by
    /// line.
    package let columns: LogColumns?
    /// The names that its kind says the rows may have.
    package let declared: [String]
    /// The names that rows had until now, in order.
    fileprivate var seen: [String] = []
    fileprivate var table: LogTable?

    package init(address: String, columns: LogColumns?, declared: [String]) {
      self.address = address
      self.columns = columns
      self.declared = declared
    }

    fileprivate var known: [String] { declared + seen.filter { !declared.contains($0) } }
  }

  private let form: Form
  private let chosen: LogColumns?
  private var sources: [Source]
  private let isInteractive: Bool
  private let width: Int
  private var isChecked = false
  private var csvNames: [String]?
  private var hasWritten = false
  /// The source of the table that was written last.
  private var current: Int?

  /// - Parameters:
  ///   - chosen: the columns that the user chose; nil for those of each source.
  ///   - width: the columns of the terminal.
  package init(
    _ form: Form, columns chosen: LogColumns?, of sources: [Source], isInteractive: Bool,
    width: Int
  ) {
    self.form = form
    self.chosen = chosen
    self.sources = sources
    self.isInteractive = isInteractive
    self.width = width
  }

  /// The text for new lines of the sources, in the order of the sources.
  /// - Throws: `ValidationError` if no log has a column that was chosen.
  package mutating func text(_ news: [[Substring]]) throws -> String {
    let isRead = form != .json || chosen != nil
    let read = news.map { $0.map { (line: $0, row: isRead ? LogRow($0) : nil) } }
    for (index, lines) in read.enumerated() {
      var names = Set(sources[index].seen)
      for name in lines.compactMap(\.row).flatMap(\.figures).map(\.name)
      where names.insert(name).inserted {
        sources[index].seen.append(name)
      }
    }
    try check()
    if form == .csv, csvNames == nil, read.contains(where: { $0.contains { $0.row != nil } }) {
      csvNames = (chosen ?? LogColumns(patterns: ["*"])).names(among: allKnown)
    }
    return read.enumerated().map { index, lines in
      switch form {
      case .json: json(lines, index)
      case .csv: csv(lines.compactMap(\.row), index)
      case .columns: columns(lines, index)
      }
    }.joined()
  }

  private var allKnown: [String] {
    sources.flatMap(\.known).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  /// Refuses unknown columns as soon as rows have shown which there are.
  private mutating func check() throws {
    guard !isChecked, let chosen, sources.contains(where: { !$0.seen.isEmpty }) else { return }
    isChecked = true
    if let unknown = chosen.unknown(among: allKnown) { throw ValidationError(unknown.sentence) }
  }

  // MARK: Forms

  private func json(_ lines: [(line: Substring, row: LogRow?)], _ index: Int) -> String {
    let texts =
      chosen.map { chosen in
        let names = chosen.names(among: sources[index].known)
        return lines.compactMap { $0.row?.json(names) }
      } ?? lines.map { String($0.line) }
    // Control characters in a program's output must not reach a terminal; in a file they are kept.
    return texts.map { (isInteractive ? $0.shown : $0) + "\n" }.joined()
  }

  private mutating func csv(_ rows: [LogRow], _ index: Int) -> String {
    guard let names = csvNames, !rows.isEmpty else { return "" }
    let isAlone = sources.count == 1
    var records: [[String]] = []
    if current == nil { records.append((isAlone ? [] : ["stage"]) + names) }
    current = index
    records += rows.map { row in
      (isAlone ? [] : [sources[index].address])
        + names.map { name in row[name].map(LogRow.exact) ?? "" }
    }
    let text = records.map { $0.csvRecord + "\n" }.joined()
    return isInteractive ? text.shown : text
  }

  private mutating func columns(
    _ lines: [(line: Substring, row: LogRow?)], _ index: Int
  ) -> String {
    guard let columns = chosen ?? sources[index].columns else {
      if !lines.isEmpty { (hasWritten, current) = (true, nil) }
      return lines.map { plain($0.row?.text ?? "", or: $0.line, index) }.joined()
    }
    var text = ""
    for part in lines.chunked(on: { $0.row != nil }) {
      guard part.0 else {
        text += part.1.map { plain("", or: $0.line, index) }.joined()
        (hasWritten, current) = (true, nil)
        continue
      }
      let names = columns.names(among: sources[index].known)
      guard !names.isEmpty else { continue }
      if names != sources[index].table?.names {
        sources[index].table = LogTable(names, limit: limit)
      }
      if current != index {
        text += heading(index)
        sources[index].table?.repeatHeader()
        (hasWritten, current) = (true, index)
      }
      let rows = part.1.compactMap(\.row)
      text += (sources[index].table?.lines(rows) ?? []).map { $0 + "\n" }.joined()
    }
    return text
  }

  /// The most characters of a line of columns. Chosen columns are all written into a file.
  private var limit: Int? { chosen == nil || isInteractive ? width : nil }

  private func heading(_ index: Int) -> String {
    guard sources.count > 1 else { return "" }
    return (hasWritten ? "\n" : "") + sources[index].address.shown + "\n"
  }

  /// A line that has no columns: its figures if it has any, else as it is.
  private func plain(_ figures: String, or line: Substring, _ index: Int) -> String {
    let address = sources.count == 1 ? "" : sources[index].address + "  "
    let text = (address + (figures.isEmpty ? String(line) : figures)).shown
    return (isInteractive ? text.truncated(to: width) : text) + "\n"
  }
}
