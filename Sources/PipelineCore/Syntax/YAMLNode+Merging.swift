import Fields

extension YAMLNode {
  /// This node laid over another: maps merge, everything else replaces. `null` takes away what lies
  /// below it, and means itself where nothing does.
  /// - Parameter replaces: whether one of two maps takes the other's place whole, by its path.
  func merged(
    over base: YAMLNode, at path: [String] = [],
    replaces: (_ path: [String], _ node: YAMLNode, _ base: YAMLNode) -> Bool = { _, _, _ in false }
  ) -> YAMLNode {
    guard let own = entries else { return self }
    // What lies below was refused and reported; laid over it, this map would seem incomplete.
    if base.isRefused { return YAMLNode(.refused, file: file, range: range) }
    guard let below = base.entries, !replaces(path, self, base) else { return self }
    var positions: [String: Int] = [:]
    for (index, entry) in below.enumerated() { positions[entry.name] = index }
    var merged: [Entry?] = below
    for entry in own {
      guard let index = positions[entry.name] else {
        merged.append(entry)
        continue
      }
      merged[index] =
        entry.value.isExplicitNull
        ? nil
        : Entry(
          key: entry.key,
          value: entry.value.merged(
            over: below[index].value, at: path + [entry.name], replaces: replaces))
    }
    return YAMLNode(
      .mapping(merged.compactMap { $0 }), file: file, range: range,
      dropped: base.dropped + dropped, variables: variables, home: home)
  }

  /// A copy without the entries of some names.
  func removing(_ names: Set<String>) -> YAMLNode {
    guard let entries else { return self }
    return YAMLNode(
      .mapping(entries.filter { !names.contains($0.name) }), file: file, range: range,
      dropped: dropped, variables: variables, home: home)
  }

  /// Whether two nodes mean the same whatever the field: `0.20` and `2e-1` do.
  func means(_ other: YAMLNode) -> Bool {
    switch (content, other.content) {
    case (.scalar(let a, let isPlain), .scalar(let b, let isOtherPlain)):
      if a == b, isPlain == isOtherPlain { return true }
      let first = CoreScalar(a, isPlain: isPlain)
      let second = CoreScalar(b, isPlain: isOtherPlain)
      return first == second || (first.number != nil && first.number == second.number)
    case (.sequence(let a), .sequence(let b)):
      return a.count == b.count && zip(a, b).allSatisfy { $0.means($1) }
    case (.mapping(let a), .mapping(let b)):
      return a.count == b.count
        && a.allSatisfy { entry in other[entry.name]?.value.means(entry.value) ?? false }
    default: return false
    }
  }
}

extension CoreScalar {
  /// A number as a double, whichever way it was written.
  var number: Double? {
    switch self {
    case .int(let number): Double(number)
    case .float(let number), .hugeInt(let number): number
    case .null, .bool, .string: nil
    }
  }
}
