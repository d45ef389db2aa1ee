/// The values of a text that have an anchor, by name, and how much aliases have made of them.
struct Anchors {
  /// The most that all aliases of a text may make together, in the measure of `YAMLNode.size`.
  static let sizeLimit = SourceFile.sizeLimit

  /// The answer to an alias.
  enum Use {
    case unknown
    /// The alias stands inside the value that it stands for.
    case open
    case tooLarge
    /// - Parameters:
    ///   - values: the number of nodes in the value, keys included.
    ///   - height: the levels of maps and lists in it.
    case value(YAMLNode, values: Int, height: Int)
  }

  private struct Anchored {
    let range: SourceRange
    var use = Use.open
    var size = 0
  }

  private var known: [String: Anchored] = [:]
  private var names: [String] = []
  private var size = 0

  /// The names given last, in the order of the text; looking for a likeness among all would take
  /// long in a text made to take long.
  var nearbyNames: [String] { names.suffix(100) }

  /// Begins the value of an anchor.
  /// - Returns: the place of the same anchor before it; nil if there is none.
  mutating func open(_ name: String, at range: SourceRange) -> SourceRange? {
    if let earlier = known[name] { return earlier.range }
    known[name] = Anchored(range: range)
    names.append(name)
    return nil
  }

  /// Ends the value of an anchor.
  mutating func close(_ name: String, as node: YAMLNode, values: Int) {
    known[name]?.use = .value(node, values: values, height: node.depth)
    known[name]?.size = node.size
  }

  mutating func use(_ name: String) -> Use {
    guard let found = known[name] else { return .unknown }
    size += found.size
    return size <= Self.sizeLimit ? found.use : .tooLarge
  }
}

extension YAMLNode {
  /// The value as it is where an alias stands for it: written where it was written, with the alias
  /// among the references of every part of it.
  func used(as alias: Reference) -> YAMLNode {
    placed { ($0.file, $0.range, $0.references + [alias]) }
  }

  /// The places of the values in this tree that came through an alias.
  var aliasedPlaces: Set<SourceRange> {
    var places: Set<SourceRange> = []
    visit { if $0.isAliased { places.insert($0.range) } }
    return places
  }

  /// True if an alias made a copy of this value, or of a part of it.
  /// - Parameter places: the `aliasedPlaces` of the whole text.
  func isAnchored(at places: Set<SourceRange>) -> Bool {
    guard !places.isEmpty else { return false }
    var isFound = false
    visit { if !$0.isAliased, places.contains($0.range) { isFound = true } }
    return isFound
  }

  private var isAliased: Bool { references.contains { $0.form == .alias } }

  private func visit(_ body: (YAMLNode) -> Void) {
    body(self)
    switch content {
    case .scalar, .refused: break
    case .sequence(let elements): for element in elements { element.visit(body) }
    case .mapping(let entries): for entry in entries { entry.value.visit(body) }
    }
  }
}
