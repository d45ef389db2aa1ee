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

  /// The type with the values that a number may have, in the words of messages: `a whole number
  /// from 1 to 8`, `a number above 0 and at most 1`.
  /// - Parameter inFull: true to write also the bounds of 64 bits, for a number beyond them.
  package func boundedText(inFull: Bool = false) -> String {
    if case .int(let range) = self {
      if range.lowerBound == range.upperBound { return String(range.lowerBound) }
      if inFull { return "\(text) from \(range.lowerBound) to \(range.upperBound)" }
    }
    guard let range = rangeText else { return text }
    return text + (range.hasPrefix("at ") ? " of " : " ") + range.replacing(", ", with: " and ")
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
