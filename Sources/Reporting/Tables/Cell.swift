import Fields

/// One cell of a table.
package enum Cell: Sendable, Hashable {
  case text(String)
  case number(Measured)
  /// A number that is missing where one is expected: a point that failed, or an interval over one
  /// seed.
  case missing
}

/// A finite number, perhaps with an error, and the number of decimals shown to people. Files for
/// programs have all digits.
package struct Measured: Sendable, Hashable {
  package let value: Double
  /// A standard error or half the width of an interval; the table's notes say which.
  package let error: Double?
  package let digits: Int
}

extension Cell {
  /// A number with its decimals and perhaps an error; missing if the number is not finite.
  package static func number(_ value: Double, digits: Int, error: Double? = nil) -> Cell {
    guard value.isFinite else { return .missing }
    let error = error.flatMap { $0.isFinite ? $0.magnitude : nil }
    return .number(Measured(value: value, error: error, digits: digits))
  }

  /// A whole number.
  package static func number(_ value: Int) -> Cell {
    .number(Measured(value: Double(value), error: nil, digits: 0))
  }

  /// The cell formatted for people: `0.899 ±.011`, `base`, `—`.
  package var text: String {
    switch self {
    case .text(let text): text
    case .number(let number):
      number.errorText.map { number.valueText + " " + $0 } ?? number.valueText
    case .missing: NumberFormat.missing
    }
  }
}

extension Measured {
  var valueText: String { NumberFormat.fixed(value, digits: digits) }
  var errorText: String? { error.map { NumberFormat.error($0, digits: digits) } }
}
