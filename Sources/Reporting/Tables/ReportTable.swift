/// A table of results: what is in it, apart from how it is drawn.
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
  /// Sentences below the table: what ± means, what is missing and why.
  package let notes: [String]
  /// How many columns at the left name their row. They are repeated where a table is too wide for
  /// the terminal and goes on below itself.
  package let labelColumns: Int

  /// - Precondition: every row has a cell per column, and there is a column.
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

    /// The header where only one line of headers is possible: `easy accuracy`.
    package var fullHeader: String { group.map { "\($0) \(header)" } ?? header }
  }

  /// Text leads, numbers trail.
  package enum Alignment: String, Sendable, Hashable {
    case leading, trailing
  }
}
