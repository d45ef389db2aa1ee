/// A sequence of values: a list, or one of the types of Python that resemble it. It never changes.
package struct TemplateList: Sendable {
  package enum Kind: Sendable {
    case list, tuple, range
    /// The results of a mapping's `keys()`, `values()` and `items()`.
    case keys, values, items

    var name: String {
      switch self {
      case .list: "a list"
      case .tuple: "a tuple"
      case .range: "a range"
      case .keys, .values, .items: "a view of a mapping"
      }
    }

    /// True if elements have an index; the views of a mapping can only be iterated over.
    var isIndexed: Bool {
      switch self {
      case .list, .tuple, .range: true
      case .keys, .values, .items: false
      }
    }
  }

  let kind: Kind
  let elements: [TemplateValue]
  /// The number of lists and mappings that are inside each other, this one included.
  let depth: Int

  package init(_ elements: [TemplateValue], kind: Kind = .list) {
    self.kind = kind
    self.elements = elements
    depth = 1 + elements.reduce(0) { max($0, $1.depth) }
  }
}
