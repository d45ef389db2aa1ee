import Fields
package import Foundation

extension ReportTable {
  /// The table as JSON, with every number in full precision and members in a fixed order: the same
  /// table gives the same bytes.
  ///
  /// A cell is a string, `null` when missing, or `{"value": …, "error": …, "digits": …}`.
  package func json() -> String {
    let columnLines = columns.map { column in
      "    {\"header\": \(JSONText.quoted(column.header)), \"group\": "
        + "\(column.group.map(JSONText.quoted) ?? "null"), "
        + "\"alignment\": \"\(column.alignment.rawValue)\"}"
    }
    let rowLines = rows.map { "    [" + $0.map(json).joined(separator: ", ") + "]" }
    let noteLines = notes.map { "    " + JSONText.quoted($0) }
    return """
      {
        "title": \(JSONText.quoted(title)),
        "label_columns": \(labelColumns),
        "columns": \(list(columnLines)),
        "rows": \(list(rowLines)),
        "notes": \(list(noteLines))
      }

      """
  }

  /// Reads a table written by `json()`.
  ///
  /// - Throws: `ReportTableError` if the text is not such a table.
  package init(json: Data) throws {
    let document: Document
    do {
      document = try JSONDecoder().decode(Document.self, from: json)
    } catch {
      throw ReportTableError("this is not a table that Laconic wrote")
    }
    guard !document.columns.isEmpty else { throw ReportTableError("the table has no columns") }
    if let row = document.rows.firstIndex(where: { $0.count != document.columns.count }) {
      throw ReportTableError(
        "row \(row + 1) of the table has \(document.rows[row].count) cells, "
          + "not \(document.columns.count)")
    }
    self.init(
      title: document.title,
      columns: document.columns.map {
        Column(
          $0.header, group: $0.group, alignment: Alignment(rawValue: $0.alignment) ?? .trailing)
      },
      rows: document.rows.map { $0.map(\.cell) }, notes: document.notes,
      labelColumns: document.labelColumns)
  }

  private func json(_ cell: Cell) -> String {
    switch cell {
    case .text(let text): return JSONText.quoted(text)
    case .missing: return "null"
    case .number(let number):
      let error = number.error.map { ", \"error\": \(NumberFormat.shortest($0))" } ?? ""
      return "{\"value\": \(NumberFormat.shortest(number.value))\(error), "
        + "\"digits\": \(number.digits)}"
    }
  }

  private func list(_ lines: [String]) -> String {
    lines.isEmpty ? "[]" : "[\n" + lines.joined(separator: ",\n") + "\n  ]"
  }
}

/// Thrown if a file does not contain a table.
package struct ReportTableError: Error, CustomStringConvertible {
  package let description: String
  init(_ description: String) { self.description = description }
}

/// The structure of the JSON for decoding.
private struct Document: Decodable {
  let title: String
  let labelColumns: Int
  let columns: [DocumentColumn]
  let rows: [[DocumentCell]]
  let notes: [String]

  enum CodingKeys: String, CodingKey {
    case title, columns, rows, notes
    case labelColumns = "label_columns"
  }
}

private struct DocumentColumn: Decodable {
  let header: String
  let group: String?
  let alignment: String
}

private struct DocumentCell: Decodable {
  let cell: Cell

  private enum CodingKeys: String, CodingKey { case value, error, digits }

  init(from decoder: any Decoder) throws {
    if let single = try? decoder.singleValueContainer() {
      if single.decodeNil() {
        cell = .missing
        return
      }
      if let text = try? single.decode(String.self) {
        cell = .text(text)
        return
      }
    }
    let members = try decoder.container(keyedBy: CodingKeys.self)
    cell = .number(
      try members.decode(Double.self, forKey: .value),
      digits: try members.decode(Int.self, forKey: .digits),
      error: try members.decodeIfPresent(Double.self, forKey: .error))
  }
}
