extension Sequence {
  /// The elements grouped by key, keys in order of first appearance.
  package func grouped<Key: Hashable>(
    by key: (Element) -> Key
  ) -> [(key: Key, elements: [Element])] {
    var places: [Key: Int] = [:]
    var groups: [(key: Key, elements: [Element])] = []
    for element in self {
      let value = key(element)
      if let place = places[value] {
        groups[place].elements.append(element)
      } else {
        places[value] = groups.count
        groups.append((value, [element]))
      }
    }
    return groups
  }

  /// The elements without those whose key equals that of an earlier element.
  package func uniqued<Key: Hashable>(by key: (Element) -> Key) -> [Element] {
    var seen: Set<Key> = []
    return filter { seen.insert(key($0)).inserted }
  }
}

extension Sequence where Element: Hashable {
  /// The elements without repeats, in order of first appearance.
  package func uniqued() -> [Element] { uniqued(by: \.self) }
}
