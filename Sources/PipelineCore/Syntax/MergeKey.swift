import Fields

/// The entry `<<` of a map: the entries of other maps that it takes over, unless it has its own
/// (YAML 1.1's merge key, https://yaml.org/type/merge.html). Of several maps the earlier win. A
/// value is taken over as a whole: maps in it are not merged with the map's own.
struct MergeKey {
  static let name = "<<"

  private let entry: YAMLNode.Entry
  /// The number of the map's own entries before it.
  private let position: Int

  init(_ entry: YAMLNode.Entry, at position: Int) {
    self.entry = entry
    self.position = position
  }

  /// True if a map to be merged was refused, and reported.
  var isRefused: Bool {
    entry.value.isRefused || entry.value.elements?.contains(where: \.isRefused) == true
  }

  /// The entries of the map, those that it takes over in the place of `<<`.
  /// - Throws: the mistake of a value that is neither a map nor a list of maps.
  func merged(into own: [YAMLNode.Entry]) throws(Diagnostic) -> [YAMLNode.Entry] {
    var names = Set(own.map(\.name))
    var taken: [YAMLNode.Entry] = []
    for map in try maps() {
      taken += (map.entries ?? []).filter { names.insert($0.name).inserted }
    }
    return Array(own[..<position]) + taken + own[position...]
  }

  private func maps() throws(Diagnostic) -> [YAMLNode] {
    let maps = entry.value.elements ?? [entry.value]
    if maps.isEmpty { throw mistake(entry.value) }
    for map in maps where map.entries == nil && !map.isRefused { throw mistake(map) }
    return maps
  }

  /// The mistake, where the value is merged; a note shows where it was written.
  private func mistake(_ node: YAMLNode) -> Diagnostic {
    let use = node.references.last { $0.form == .alias }
    let place = node.range.isEmpty ? entry.key : node
    let found = node.elements?.isEmpty == true ? "an empty list" : node.described
    let isVariable = node.text?.contains("${") == true
    return Diagnostic(
      .error,
      "'<<' merges maps, but this is \(found)",
      at: use?.range ?? place.range,
      in: node.file,
      notes: use == nil
        ? [] : [Diagnostic.Note("the value is written here", at: node.range, in: node.file)],
      help: isVariable
        ? "put &NAME before the map, and write <<: *NAME: a variable's value comes later"
        : "write <<: *NAME, or <<: [*NAME, *NAME], of which earlier ones win")
  }
}
