import Fields

extension YAMLNode {
  /// This node merged over another: maps are merged, everything else replaces. `null` removes the
  /// value below it; if there is none, it stays `null`.
  /// - Parameter replaces: returns true if, at this path, the upper of two maps replaces the lower
  ///   as a whole.
  func merged(
    over base: YAMLNode, at path: [String] = [],
    replaces: (_ path: [String], _ node: YAMLNode, _ base: YAMLNode) -> Bool = { _, _, _ in false }
  ) -> YAMLNode {
    guard let own = entries else { return self }
    // The lower node was refused and reported; merged over it, this map would seem incomplete.
    if base.isRefused { return YAMLNode(.refused, file: file, range: range) }
    guard let below = base.entries else { return self }
    guard !replaces(path, self, base) else {
      // There is nothing below that `null` could remove.
      return YAMLNode(
        .mapping(own.filter { !$0.value.isExplicitNull }), file: file, range: range,
        dropped: dropped, references: references, home: home)
    }
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
      dropped: base.dropped + dropped, references: references, home: home)
  }

  /// A copy without the entries with these names.
  func removing(_ names: Set<String>) -> YAMLNode {
    guard let entries else { return self }
    return YAMLNode(
      .mapping(entries.filter { !names.contains($0.name) }), file: file, range: range,
      dropped: dropped, references: references, home: home)
  }

  /// True if two nodes have the same meaning for every type of field, such as `0.20` and `2e-1`.
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
  /// The number as a double, in whichever way it was written.
  var number: Double? {
    switch self {
    case .int(let number): Double(number)
    case .float(let number), .hugeInt(let number): number
    case .null, .bool, .string: nil
    }
  }
}
