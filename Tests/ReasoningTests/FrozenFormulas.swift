import Fields
import Foundation
import Testing

/// The values that Reference/freeze_formulas.py computed from the papers' formulas.
struct FrozenFormulas {
  static let all = Result {
    let url = try #require(
      Bundle.module.url(
        forResource: "formulas", withExtension: "json", subdirectory: "Reference"))
    return FieldValue(exactly: try JSONText(parsing: Data(contentsOf: url)))
  }

  static func section(_ name: String) throws -> FieldValue { try all.get()[name] }
}

extension FieldValue {
  var doubles: [Double] { (listValue ?? []).compactMap(\.doubleValue) }
  var rows: [[Double]] { (listValue ?? []).map(\.doubles) }
}

/// Returns true if two lists agree to about twelve digits.
func isClose(_ a: [Double], _ b: [Double], within tolerance: Double = 1e-10) -> Bool {
  a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= tolerance * max(1, abs($1)) }
}
