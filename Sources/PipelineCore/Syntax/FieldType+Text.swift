package import Fields

extension FieldType {
  /// The field's type in the words of messages: `a whole number`.
  package var text: String {
    switch self {
    case .bool: "true or false"
    case .int: "a whole number"
    case .float: "a number"
    case .string: "text"
    case .scalar, .parameter: "text, a number, true or false"
    case .choice(let choices): "one of " + choices.map(\.name).joined(separator: ", ")
    case .quantity(let quantity): quantity.text
    case .list(let element, _): "a list, each " + element.text
    case .map(_, let keys): "a map with a name for each \(keys)"
    case .group: "a map"
    }
  }

  /// The values a number may have, `from 0 to 1`; nil for other types and for numbers without
  /// bounds.
  package var rangeText: String? {
    switch self {
    case .int(let range): range.text
    case .float(let range) where range != .finite: range.text
    default: nil
    }
  }
}

extension ClosedRange<Int> {
  /// The range with both bounds, for a number that does not fit in 64 bits.
  package var boundsText: String {
    lowerBound == upperBound ? text : "from \(lowerBound) to \(upperBound)"
  }

  package var text: String {
    switch (lowerBound, upperBound) {
    case (Int.min, Int.max): "any whole number"
    case (_, Int.max): "at least \(lowerBound)"
    case (Int.min, _): "at most \(upperBound)"
    case (let low, let high) where low == high: "exactly \(low)"
    default: "from \(lowerBound) to \(upperBound)"
    }
  }
}
