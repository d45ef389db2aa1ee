/// The content of a table of results, independent of the output format.
///
/// ```swift
/// let table = ReportTable(
///   title: "Accuracy against tokens",
///   columns: [
///     .init("policy", alignment: .leading),
///     .init("accuracy", group: "easy"), .init("tokens", group: "easy"),
///   ],
///   rows: [[.text("base"), .number(0.899, digits: 3, error: 0.011), .number(52.3, digits: 1)]],
///   notes: ["± is half of a 95 % interval over 3 seeds"])
/// print(table.terminal(width: 80))
/// ```
package struct ReportTable: Sendable, Hashable {
  package let title: String
  package let columns: [Column]
  package let rows: [[Cell]]
  /// Sentences below the table, for example what ± means, or why a number is missing.
  package let notes: [String]
  /// The number of columns at the left that name their row. They are repeated in each block of a
  /// table that is too wide for the terminal.
  package let labelColumns: Int

  /// - Precondition: there is a column, and every row has a cell for each column.
  package init(
    title: String, columns: [Column], rows: [[Cell]], notes: [String] = [], labelColumns: Int = 1
  ) {
    precondition(!columns.isEmpty, "a table has a column")
    precondition(rows.allSatisfy { $0.count == columns.count }, "a row has a cell per column")
    self.title = title
    self.columns = columns
    self.rows = rows
    self.notes = notes
    self.labelColumns = min(max(0, labelColumns), columns.count)
  }

  package struct Column: Sendable, Hashable {
    package let header: String
    /// A heading shared with the neighbouring columns of the same group: `easy` over `accuracy`.
    package let group: String?
    package let alignment: Alignment

    package init(_ header: String, group: String? = nil, alignment: Alignment = .trailing) {
      self.header = header
      self.group = group
      self.alignment = alignment
    }

    /// The header for formats with a single header line: `easy accuracy`.
    package var fullHeader: String { group.map { "\($0) \(header)" } ?? header }
  }

  /// The alignment of a column; text is leading and numbers are trailing.
  package enum Alignment: String, Sendable, Hashable {
    case leading, trailing
  }
}
