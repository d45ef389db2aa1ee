import Fields

extension ReportTable {
  /// The table as CSV (RFC 4180), with every number in full precision. A column with errors is
  /// followed by a column named `… error`. Missing cells are empty. Title and notes are left out,
  /// since the format has no place for them.
  package func csv() -> String {
    let hasErrors = columns.indices.map { column in
      rows.contains { $0[column].measured?.error != nil }
    }
    var records: [[String]] = [
      columns.indices.flatMap { column in
        let header = columns[column].fullHeader
        return hasErrors[column] ? [header, header + " error"] : [header]
      }
    ]
    for row in rows {
      records.append(
        columns.indices.flatMap { column in
          let fields = [row[column].fullText]
          guard hasErrors[column] else { return fields }
          return fields + [row[column].measured?.error.map(NumberFormat.shortest) ?? ""]
        })
    }
    return records.map { $0.csvRecord + "\r\n" }.joined()
  }
}

extension [String] {
  /// The fields as a record of CSV (RFC 4180), without its line end. A field that contains a quote,
  /// a comma or a line end is quoted; quotes inside are doubled.
  package var csvRecord: String {
    map { field in
      let needsQuotes = field.unicodeScalars.contains { [",", "\"", "\r", "\n"].contains($0) }
      return needsQuotes ? "\"" + field.replacing("\"", with: "\"\"") + "\"" : field
    }.joined(separator: ",")
  }
}

extension Cell {
  var measured: Measured? {
    if case .number(let number) = self { number } else { nil }
  }

  /// The cell in full precision; empty if missing.
  fileprivate var fullText: String {
    switch self {
    case .text(let text): text
    case .number(let number): NumberFormat.shortest(number.value)
    case .missing: ""
    }
  }
}
