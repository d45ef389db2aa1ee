import Fields

extension Rendering {
  func isTrue(
    _ left: TemplateValue, _ operation: ComparisonOperator, _ right: TemplateValue
  ) throws(TemplateFault) -> Bool {
    switch operation {
    case .equal: return try areEqual(left, right)
    case .notEqual: return try !areEqual(left, right)
    case .less: return try compared(left, right, operation) { $0 < 0 }
    case .lessOrEqual: return try compared(left, right, operation) { $0 <= 0 }
    case .greater: return try compared(left, right, operation) { $0 > 0 }
    case .greaterOrEqual: return try compared(left, right, operation) { $0 >= 0 }
    case .isIn: return try contains(right, left)
    case .isNotIn: return try !contains(right, left)
    }
  }

  // MARK: - Equality

  func areEqual(_ left: TemplateValue, _ right: TemplateValue) throws(TemplateFault) -> Bool {
    try charge()
    if let first = left.integer, let second = right.integer { return first == second }
    if let first = left.number, let second = right.number { return first == second }
    if let first = left.text, let second = right.text {
      guard first.utf8.count == second.utf8.count else { return false }
      try charge(bytes: first.utf8.count)
      return first.utf8.elementsEqual(second.utf8)
    }
    switch (left, right) {
    case (.undefined, .undefined), (.null, .null): return true
    case (.list(let first), .list(let second)):
      guard first.kind == second.kind, first.elements.count == second.elements.count else {
        return false
      }
      for (one, other) in zip(first.elements, second.elements) {
        guard try areEqual(one, other) else { return false }
      }
      return true
    case (.map(let first), .map(let second)): return try areEqual(first, second)
    case (.function(let first), .function(let second)): return first == second
    case (.object(let first), .object(let second)): return first == second
    default: return false
    }
  }

  private func areEqual(_ first: TemplateMap, _ second: TemplateMap) throws(TemplateFault) -> Bool {
    guard first.count == second.count else { return false }
    for index in first.keys.indices {
      guard let key = try key(first.keys[index]), let other = second[key],
        try areEqual(first.values[index], other)
      else { return false }
    }
    return true
  }

  /// True if a text has this part, a mapping this key, or a list this element.
  func contains(
    _ container: TemplateValue, _ element: TemplateValue
  ) throws(TemplateFault) -> Bool {
    switch container {
    case .string(let text), .markup(let text):
      if case .undefined(let reason) = element { throw TemplateFault(.undefined, reason) }
      guard let part = element.text else {
        throw .type("'in' looks for a string in a string, not for \(element.typeName)")
      }
      guard !part.isEmpty else { return true }
      try charge(bytes: text.utf8.count + part.utf8.count)
      return !TextSearch(part).offsets(in: Array(text.utf8), limit: 1).isEmpty
    case .map(let map):
      guard let key = try key(element) else {
        throw .type("\(element.typeName) cannot be the key of a mapping")
      }
      return map[key] != nil
    default:
      for other in try elements(of: container) where try areEqual(element, other) { return true }
      return false
    }
  }

  // MARK: - Order

  private func compared(
    _ left: TemplateValue, _ right: TemplateValue, _ operation: ComparisonOperator,
    _ isWanted: (Int) -> Bool
  ) throws(TemplateFault) -> Bool {
    guard let order = try order(left, right, operation.rawValue) else { return false }
    return isWanted(order)
  }

  /// Returns a negative number if the first value is less, 0 if they are equal, a positive one if
  /// it is greater, and nil if a number is not comparable, being NaN.
  func order(
    _ left: TemplateValue, _ right: TemplateValue, _ operation: String = "<"
  ) throws(TemplateFault) -> Int? {
    try charge()
    for case .undefined(let reason) in [left, right] { throw TemplateFault(.undefined, reason) }
    if let first = left.integer, let second = right.integer {
      return first < second ? -1 : first > second ? 1 : 0
    }
    if let first = left.number, let second = right.number {
      guard !first.isNaN, !second.isNaN else { return nil }
      return first < second ? -1 : first > second ? 1 : 0
    }
    if let first = left.text, let second = right.text {
      try charge(bytes: min(first.utf8.count, second.utf8.count))
      // The order of UTF-8 is that of scalars.
      if first.utf8.lexicographicallyPrecedes(second.utf8) { return -1 }
      return first.utf8.elementsEqual(second.utf8) ? 0 : 1
    }
    if case .list(let first) = left, case .list(let second) = right, first.kind == second.kind,
      first.kind == .list || first.kind == .tuple
    {
      for (one, other) in zip(first.elements, second.elements) {
        if try areEqual(one, other) { continue }
        return try order(one, other, operation)
      }
      return first.elements.count - second.elements.count
    }
    throw .type("'\(operation)' does not fit \(left.typeName) and \(right.typeName)")
  }

  /// Sorts by merging, so that equal elements keep their order and an error ends it at once.
  func sorted<Element>(
    _ elements: [Element], isReversed: Bool = false,
    by key: (Element) throws(TemplateFault) -> TemplateValue
  ) throws(TemplateFault) -> [Element] {
    var keyed: [(key: TemplateValue, element: Element)] = []
    for element in elements { keyed.append((try key(element), element)) }
    var width = 1
    while width < keyed.count {
      var merged: [(key: TemplateValue, element: Element)] = []
      merged.reserveCapacity(keyed.count)
      for start in stride(from: 0, to: keyed.count, by: 2 * width) {
        var left = keyed[start..<min(start + width, keyed.count)]
        var right = keyed[left.endIndex..<min(start + 2 * width, keyed.count)]
        while let first = left.first, let second = right.first {
          let order = try order(second.key, first.key) ?? 0
          if isReversed ? order > 0 : order < 0 {
            merged.append(second)
            right = right.dropFirst()
          } else {
            merged.append(first)
            left = left.dropFirst()
          }
        }
        merged += left
        merged += right
      }
      keyed = merged
      width *= 2
    }
    return keyed.map(\.element)
  }
}
