import Fields

/// The fields that are written once, at the top of a pipeline, for every stage whose kind has a
/// field of the same name: `response_format`. They hold no mistakes any more: these have been
/// reported.
struct SharedFields {
  private var entries: [YAMLNode.Entry] = []
  private let root: YAMLNode
  private let names: Set<String>

  /// - Parameter root: the pipeline, whose fields at the top have been read.
  init(of root: YAMLNode, _ kinds: StageKinds, _ log: LoadLog) {
    self.root = root
    names = Set(kinds.shared.map(\.name))
    for field in kinds.shared {
      guard let entry = root[field.name], !entry.value.isRefused else { continue }
      // A mistake is reported once, here, and not for every stage.
      entries.append(
        YAMLNode.Entry(
          key: entry.key, value: entry.value.removingMistakes(log.validator.diagnostics)))
    }
  }

  /// The fields that stages of a kind have, as a map; nil if there are none.
  subscript(kind: any StageKind) -> YAMLNode? {
    let own = entries.filter { kind.fields[$0.name] != nil }
    guard !own.isEmpty else { return nil }
    return YAMLNode(.mapping(own), file: root.file, range: root.range, home: root.home)
  }

  /// True if a stage's own value of a shared field is another one by name, to which the fields
  /// written at the top do not belong.
  func beginsAnew(_ path: [String], _ node: YAMLNode, _ base: YAMLNode) -> Bool {
    path.count == 1 && names.contains(path[0]) && node["name"] != nil
  }
}
