import Fields
import PipelineCore
import Reporting

/// A published table as columns beside ours.
struct PublishedColumns {
  let numbers: PublishedNumbers
  let table: PublishedNumbers.Table

  var columns: [ReportTable.Column] {
    table.columns.map { column in
      let header = EvaluationMetric(rawValue: column.metric)?.header ?? column.metric
      return .init(header, group: "\(column.name) (published)")
    }
  }

  /// The row that is about the same label and settings, each by the last part of its path.
  func row(for row: ResultGrid.Row) -> Int? {
    table.rows.firstIndex { published in
      Self.plain(published.label) == Self.plain(row.label)
        && published.settings.count == row.settings.count
        && published.settings.allSatisfy { name, value in
          row.settings.contains { $0.label == name && value.isSame(as: $0.value) }
        }
    }
  }

  /// Empty cells where our rows have no counterpart.
  func cells(_ row: Int?) -> [Cell] {
    guard let row else { return table.columns.map { _ in .text("") } }
    return zip(table.columns, table.rows[row].values).map { column, figure in
      guard case .number(let value) = figure else { return .text("n/a") }
      switch column.unit {
      // 92.6 % is 0.926, not the double next to it.
      case .percent: return .number((value * 1e6).rounded() / 1e8, digits: 3)
      case .tokens: return .number(value, digits: 0)
      case .none: return .number(value, digits: value == value.rounded() ? 0 : 3)
      }
    }
  }

  /// What the figures are, where they stand and how sure they are.
  var note: String {
    "Published: \(numbers.citation) — \(table.title); \(table.source) "
      + "(confidence: \(table.confidence.rawValue))."
  }

  /// `AR-base` and `ar_base` are the same method.
  private static func plain(_ label: String) -> String {
    label.lowercased().filter { $0.isLetter || $0.isNumber }
  }
}

extension FieldValue {
  /// Whether a value that was written once more is this one: 0 is 0.0.
  func isSame(as other: FieldValue) -> Bool {
    // Numbers that are handed on as written are told apart by their text.
    if case .number = self, case .number = other { return self == other }
    if let a = doubleValue, let b = other.doubleValue { return a == b }
    return self == other
  }
}
