import Fields

/// The fields written in `defaults`, by kind. They hold no mistakes any more: these have been
/// reported.
struct StageDefaults {
  private var fields: [String: YAMLNode] = [:]

  subscript(kind: any StageKind) -> YAMLNode? { fields[kind.name] }

  init(_ entry: YAMLNode.Entry?, kinds: StageKinds, _ log: LoadLog) {
    guard let entry, !entry.value.isRefused, !entry.value.isExplicitNull else { return }
    guard let entries = entry.value.entries else {
      log.report(
        "expected a map from stage kinds to fields for 'defaults', found \(entry.value.described)",
        at: entry.place)
      return
    }
    let names = kinds.all.map(\.name)
    for given in entries {
      guard let kind = kinds[given.name] else {
        log.report(UnknownName("kind", given.name, among: names), at: given.key)
        continue
      }
      guard !given.value.isRefused else { continue }
      guard let fields = given.value.entries else {
        log.report(
          "expected a map of fields for \(given.name.quoted), found \(given.value.described)",
          at: given.place)
        continue
      }
      let group = PipelineFields.defaults(of: kind)
      let before = log.mistakeCount
      log.validator.isPartial = true
      _ = log.validator.members(
        of: fields, in: group,
        at: Validator.FieldPlace(path: ["defaults", kind.name], node: given.key, root: group))
      log.validator.isPartial = false
      // Mistakes here have been reported; removing them avoids a second report for every stage that
      // takes these defaults.
      self.fields[kind.name] = given.value.removingMistakes(
        log.validator.diagnostics[before...])
    }
  }
}
