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
      let before = log.validator.diagnostics.count
      log.validator.isPartial = true
      _ = log.validator.members(
        of: fields, in: group,
        at: Validator.FieldPlace(path: ["defaults", kind.name], node: given.key, root: group))
      log.validator.isPartial = false
      // Mistakes here have been reported; removing them avoids a second report for every stage that
      // takes these defaults.
      let wrong = Set(log.validator.diagnostics[before...].map { Position($0.file, $0.range) })
      self.fields[kind.name] = wrong.isEmpty ? given.value : given.value.removing(wrong)
    }
  }
}

/// A position in a file, for finding out whether a diagnostic already exists there.
struct Position: Hashable {
  let file: ObjectIdentifier
  let range: SourceRange

  init(_ file: SourceFile, _ range: SourceRange) {
    self.file = ObjectIdentifier(file)
    self.range = range
  }
}

extension YAMLNode {
  /// A copy without the mistakes at some positions: unknown keys are dropped, and wrong values are
  /// marked as refused.
  fileprivate func removing(_ wrong: Set<Position>) -> YAMLNode {
    if wrong.contains(Position(file, range)), !range.isEmpty { return refused }
    switch content {
    case .scalar, .refused: return self
    case .sequence(let elements): return with(.sequence(elements.map { $0.removing(wrong) }))
    case .mapping(let entries):
      let (bad, good) = entries.reduce(into: ([Entry](), [Entry]())) { parts, entry in
        if wrong.contains(Position(entry.key.file, entry.key.range)) {
          parts.0.append(entry)
        } else {
          parts.1.append(Entry(key: entry.key, value: entry.value.removing(wrong)))
        }
      }
      return YAMLNode(
        .mapping(good), file: file, range: range, dropped: dropped + bad, variables: variables,
        home: home)
    }
  }
}
