import Fields
import Foundation
import PipelineCore
import Reasoning

/// Rows of cells below a header: CSV (RFC 4180), or the same with tabs.
///
/// A cell is text. White space belongs to it, an empty line is no row, and CR LF inside quotes is
/// read as a line break.
struct RowRecords: RecordFormat {
  let separator: CellSeparator

  init(_ separator: CellSeparator) { self.separator = separator }

  var endings: [String] { separator == .commas ? ["csv"] : ["tsv", "tab"] }

  func read(
    _ bytes: Data, named name: String, _ take: (DataRecord) -> [Diagnostic]
  ) -> [Diagnostic] {
    let text = FileText(bytes, named: name)
    if let other = ForeignBytes(bytes)?.mistake {
      return [text.mistake(other.message, at: 0, help: other.help)]
    }
    if let place = text.firstInvalidByte {
      return [
        text.mistake("the file is not valid UTF-8", at: place, help: "save the file as UTF-8")
      ]
    }
    if text.bytes[text.start...].first(where: { $0 > 0x20 }) == UInt8(ascii: "{") {
      return [
        text.mistake(
          "the file holds JSON, not cells", at: text.start, help: "let its name end in .jsonl")
      ]
    }
    var scanner = CellScanner(text.bytes, from: text.start, separator)
    var mistakes: [Diagnostic] = []
    do {
      guard let first = try scanner.next() else { return [] }
      let header = RowHeader(first, of: text, separator)
      guard header.mistakes.isEmpty else { return header.mistakes }
      while mistakes.count < Diagnostic.limit, let cells = try scanner.next() {
        let row = Row(text: text, header: header, cells: cells)
        if let mistake = row.mistake {
          mistakes.append(mistake)
          continue
        }
        let found = take(row.record)
        mistakes += found
        // A mistake in the header is one in every row.
        if found.contains(where: { $0.range.line == header.line }) { break }
      }
    } catch {
      mistakes.append(text.mistake(error.message, at: error.offset, help: error.help))
    }
    return mistakes
  }

  func record(at start: Int, of bytes: Data, named name: String) -> DataRecord? {
    let text = FileText(bytes, named: name)
    var first = CellScanner(text.bytes, from: text.start, separator)
    var scanner = CellScanner(text.bytes, from: start, separator)
    guard let header = try? first.next(), let cells = try? scanner.next() else { return nil }
    return Row(text: text, header: RowHeader(header, of: text, separator), cells: cells).record
  }
}

/// The names of columns.
private struct RowHeader {
  let cells: [RowCell]
  let names: [String]
  let line: Int
  let mistakes: [Diagnostic]

  init(_ cells: [RowCell], of text: FileText, _ separator: CellSeparator) {
    self.cells = cells
    let names = cells.map { $0.text(in: text.bytes) }
    self.names = names
    line = text.line(of: cells[0].start)
    var mistakes: [Diagnostic] = []
    var seen: Set<ExactText> = []
    for (index, (name, cell)) in zip(names, cells).enumerated()
    where mistakes.count < Diagnostic.limit {
      if name.allSatisfy(\.isWhitespace) {
        mistakes.append(
          text.mistake(
            "the name of column \(index + 1) is empty", at: cell.start,
            help: index == 0 ? "an index that pandas wrote? write index=False" : nil))
      } else if !seen.insert(ExactText(name)).inserted {
        mistakes.append(text.mistake("two columns are called \(name.quoted)", at: cell.start))
      }
    }
    if names.count == 1, names[0].contains(";") {
      mistakes.append(
        text.mistake(
          "the header has semicolons between its names", at: cells[0].start,
          help: "save the file with commas, or with tabs as .tsv"))
    }
    self.mistakes = mistakes
  }
}

/// One row of cells.
private struct Row: RecordSource {
  let text: FileText
  let header: RowHeader
  let cells: [RowCell]
  let isRow = true

  /// The mistake of a row that has more or fewer cells than the header.
  var mistake: Diagnostic? {
    let (count, wanted) = (cells.count, header.cells.count)
    guard count != wanted else { return nil }
    return text.mistake(
      "the row has \(count) cell\(count == 1 ? "" : "s"), the header has \(wanted)",
      at: count > wanted ? cells[wanted].start : cells[count - 1].end,
      help: count > wanted ? "put a cell that has a separator in it in quotes" : nil)
  }

  var record: DataRecord {
    DataRecord(
      members: .object(
        zip(header.names, cells).map { ($0, .string($1.text(in: text.bytes))) }),
      start: cells[0].start, line: text.line(of: cells[0].start), source: self)
  }

  func place(of member: [String], scalar: Int?) -> RecordPlace {
    let column = header.names.firstIndex { [$0] == member }
    guard let column, cells.indices.contains(column) else { return text.place(of: cells[0].start) }
    let cell = cells[column]
    return text.place(of: scalar.map { cell.offset(ofScalar: $0, in: text.bytes) } ?? cell.start)
  }

  /// The name that may be meant, or the header's beginning.
  func place(ofMissing nearest: String?) -> RecordPlace {
    let column = header.names.firstIndex { $0 == nearest } ?? 0
    return text.place(of: header.cells[column].start)
  }
}
