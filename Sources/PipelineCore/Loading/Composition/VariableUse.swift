import Fields

/// The `vars` of all layers, merged. All layers share one set of variables: a later file's `vars`
/// change the values that an earlier file uses.
struct DeclaredVariables {
  /// The map of variables; nil for none.
  private(set) var map: YAMLNode?
  /// The names that files write.
  let written: [String]
  /// The names that only `--set` writes.
  private(set) var added: [YAMLNode] = []

  init(of layers: [YAMLNode], _ log: LoadLog) {
    var map: YAMLNode?
    for entry in layers.compactMap({ $0["vars"] }) {
      let above = entry.value
      if above.entries == nil, !above.isRefused, !above.isExplicitNull {
        log.report("expected a map for 'vars', found \(above.described)", at: entry.place)
      } else {
        map = above.isExplicitNull ? nil : map.map { above.merged(over: $0) } ?? above
      }
    }
    self.map = map
    written = map?.entries?.map(\.name) ?? []
  }

  /// Applies an override of `vars` or of one of the variables.
  mutating func change(by override: Override, _ log: LoadLog) {
    map = Self.changed(map, by: override, log)
    let names = override.keys.count > 1 ? [override.keys[1]] : override.value.entries?.map(\.key)
    for name in names ?? [] where !written.contains(name.text ?? "") { added.append(name) }
  }

  private static func changed(
    _ vars: YAMLNode?, by override: Override, _ log: LoadLog
  ) -> YAMLNode? {
    let path = override.keys.dropFirst()
    guard !path.isEmpty else {
      if override.value.entries != nil || override.value.isRefused { return override.value }
      if override.value.isExplicitNull { return nil }
      log.report(
        "expected a map for 'vars', found \(override.value.described)", at: override.value)
      return vars
    }
    let start = vars ?? YAMLNode(.mapping([]), file: override.file, range: override.keys[0].range)
    return start.setting(override.value, at: path)
  }
}

/// The variables of a pipeline and which of them were used.
struct VariableUse {
  let used: Set<String>
  /// The variables written in the pipeline's own file, without those that aliases use.
  let own: [YAMLNode.Entry]
  /// The names that files write, and those that only `--set` writes.
  let written: [String]
  let added: [YAMLNode]

  /// Reports variables that only `--set` writes and that nothing uses: they are probably misspelt,
  /// and the variable that was meant keeps its old value.
  func refuseUnknown(_ log: LoadLog) {
    for node in added {
      guard let name = node.text, !name.isEmpty, !used.contains(name) else { continue }
      let unknown = UnknownName("variable", name, among: written)
      log.report(unknown.statement, at: node, help: unknown.help)
    }
  }

  /// Warns about unused variables of the pipeline's own file only: an extended file may offer more
  /// than this one needs.
  func warnAboutUnused(_ log: LoadLog) {
    for entry in own where entry.name.isMapKey && !used.contains(entry.name) {
      log.diagnostics.append(
        Diagnostic(
          .warning, "nothing uses the variable '\(entry.name)'", at: entry.key.range,
          in: entry.key.file))
    }
  }
}
