import Fields
import PipelineCore
import Reporting

/// The columns of a published table, shown beside ours.
struct PublishedColumns {
  let numbers: PublishedNumbers
  let table: PublishedNumbers.Table

  var columns: [ReportTable.Column] {
    table.columns.map { column in
      let header = Metrics.named(column.metric)?.header ?? column.metric
      return .init(header, group: "\(column.name) (published)")
    }
  }

  /// The published row with the same label and settings; a setting is compared by the last part of
  /// its path.
  func row(for row: ResultGrid.Row) -> Int? {
    table.rows.firstIndex { published in
      Self.plain(published.label) == Self.plain(row.label)
        && published.settings.count == row.settings.count
        && published.settings.allSatisfy { name, value in
          row.settings.contains { $0.label == name && value.isSame(as: $0.shown) }
        }
    }
  }

  /// The published values of a row; empty cells if our row has no counterpart.
  func cells(_ row: Int?) -> [Cell] {
    guard let row else { return table.columns.map { _ in .text("") } }
    return zip(table.columns, table.rows[row].values).map { column, figure in
      guard case .number(let value) = figure else { return .text("n/a") }
      switch column.unit {
      // Rounding makes 92.6 % exactly 0.926, not a neighbouring double.
      case .percent: return .number((value * 1e6).rounded() / 1e8, digits: 3)
      case .tokens: return .number(value, digits: 0)
      case .none: return .number(value, digits: value == value.rounded() ? 0 : 3)
      }
    }
  }

  /// A note on the published numbers: their source, their place in it, and how certain they are.
  var note: String {
    "Published: \(numbers.citation) — \(table.title); \(table.source) "
      + "(confidence: \(table.confidence.rawValue))."
  }

  /// The label in a form in which `AR-base` and `ar_base` are equal.
  private static func plain(_ label: String) -> String {
    label.lowercased().filter { $0.isLetter || $0.isNumber }
  }
}

extension FieldValue {
  /// True if both values are the same although written in two ways: 0 equals 0.0.
  func isSame(as other: FieldValue) -> Bool {
    // Numbers that are kept as text are compared by their text.
    if case .number = self, case .number = other { return self == other }
    if let a = doubleValue, let b = other.doubleValue { return a == b }
    return self == other
  }
}
