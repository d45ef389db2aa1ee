import Fields

/// The preset named by a stage.
struct PresetUse {
  let preset: Preset
  let tree: YAMLNode
  /// True if the stage declares that it intends to differ from the preset.
  let isOverridden: Bool
  /// The fields in which the stage differs from the preset, in order.
  var contradictions: [Contradiction] = []

  struct Contradiction {
    let path: [String]
    let own: YAMLNode
    /// The node that the message for this field points at.
    let place: YAMLNode
    let written: YAMLNode
    let theirs: YAMLNode
  }
}

// Fills in fields that a stage does not write itself: first from its preset, then from `defaults`.
extension PipelineLoader {
  // MARK: Defaults

  mutating func readDefaults(_ entry: YAMLNode.Entry?) {
    guard let entry, !entry.value.isRefused, !entry.value.isExplicitNull else { return }
    guard let entries = entry.value.entries else {
      validator.report(
        "expected a map from stage kinds to fields for 'defaults', found \(entry.value.described)",
        at: entry.place)
      return
    }
    let names = kinds.all.map(\.name)
    for given in entries {
      guard let kind = kinds[given.name] else {
        validator.report(UnknownName("kind", given.name, among: names), at: given.key)
        continue
      }
      guard !given.value.isRefused else { continue }
      guard let fields = given.value.entries else {
        validator.report(
          "expected a map of fields for \(given.name.quoted), found \(given.value.described)",
          at: given.place)
        continue
      }
      let group = PipelineFields.defaults(of: kind)
      let before = validator.diagnostics.count
      validator.isPartial = true
      _ = validator.members(
        of: fields, in: group,
        at: Validator.Place(path: ["defaults", kind.name], node: given.key, root: group))
      validator.isPartial = false
      // Mistakes here have been reported; removing them avoids a second report for every stage that
      // takes these defaults.
      let wrong = Set(validator.diagnostics[before...].map { Position($0.file, $0.range) })
      defaults[kind.name] = wrong.isEmpty ? given.value : given.value.removing(wrong)
    }
  }

  mutating func warnAboutUnusedDefaults(_ entry: YAMLNode.Entry?) {
    for given in entry?.value.entries ?? [] where given.key.file === source {
      guard kinds[given.name] != nil, !stages.contains(where: { $0.kind?.name == given.name })
      else { continue }
      diagnostics.append(
        Diagnostic(
          .warning, "no stage is of kind '\(given.name)', so these defaults change nothing",
          at: given.key.range, in: given.key.file))
    }
  }

  // MARK: Presets

  /// The stage's own fields merged over those of its preset, and these over `defaults`.
  mutating func expanded(_ stage: YAMLNode.Entry, kind: any StageKind) -> StageDraft {
    var draft = StageDraft(name: stage.name, key: stage.key, node: stage.value, kind: kind)
    readPreset(of: &draft, kind: kind)
    let below = [defaults[kind.name], draft.preset?.tree].compactMap { $0 }
    let base = below.dropFirst().reduce(below.first) { base, node in
      base.map { node.merged(over: $0) }
    }
    if let use = draft.preset {
      let own = stage.value.removing(PipelineFields.structural)
      draft.preset?.contradictions = contradictions(own, use.tree)
    }
    if let base { draft.node = stage.value.merged(over: base) }
    return draft
  }

  private mutating func readPreset(of draft: inout StageDraft, kind: any StageKind) {
    guard !kind.presets.isEmpty else { return }
    var isOverridden = false
    if let entry = draft.node["override"], !entry.value.isRefused {
      let group = PipelineFields.stage(of: kind)
      let place = Validator.Place(path: [draft.name, "override"], node: entry.place, root: group)
      isOverridden = validator.value(from: entry.value, as: .bool, at: place) != .bool(false)
      if draft.node["preset"] == nil {
        validator.report("'override' without a preset: there is nothing to override", at: entry.key)
      }
    }
    guard let entry = draft.node["preset"], !entry.value.isExplicitNull else { return }
    guard let name = entry.value.text, !name.isEmpty,
      let preset = kind.presets.first(where: { $0.name == name })
    else {
      draft.hasUnknownPreset = true
      if entry.value.isRefused { return }
      let names = kind.presets.map(\.name)
      if let name = entry.value.text, !name.isEmpty {
        validator.report(UnknownName("preset", name, among: names), at: entry.place)
      } else {
        validator.report(
          "expected a preset, found \(entry.value.described)", at: entry.place,
          help: "'preset' is one of \(names.joined(separator: ", "))")
      }
      return
    }
    guard let tree = tree(of: preset) else { return }
    draft.preset = PresetUse(preset: preset, tree: tree, isOverridden: isOverridden)
  }

  /// Each preset is parsed once, since many stages may name it.
  private mutating func tree(of preset: Preset) -> YAMLNode? {
    if let known = presetTrees[preset.name] { return known }
    let (tree, found) = YAMLComposer.compose(preset.file)
    diagnostics += found
    presetTrees[preset.name] = tree
    return tree
  }

  /// The fields in which a tree differs from a preset.
  private func contradictions(
    _ own: YAMLNode, _ preset: YAMLNode, path: [String] = []
  ) -> [PresetUse.Contradiction] {
    (preset.entries ?? []).flatMap { theirs -> [PresetUse.Contradiction] in
      guard let entry = own[theirs.name], !entry.value.isRefused else { return [] }
      let path = path + [theirs.name]
      if entry.value.entries != nil, theirs.value.entries != nil {
        return contradictions(entry.value, theirs.value, path: path)
      }
      if entry.value.means(theirs.value) { return [] }
      return [
        PresetUse.Contradiction(
          path: path, own: entry.value, place: entry.place, written: theirs.place,
          theirs: theirs.value)
      ]
    }
  }

  /// Reports where a stage differs from its preset, unless it intends to or the value is invalid
  /// anyway.
  mutating func checkPreset(ofStage index: Int) {
    let stage = stages[index]
    guard let use = stage.preset, !use.isOverridden else { return }
    let wrong = Set(validator.diagnostics.map { Position($0.file, $0.range) })
    for found in use.contradictions
    where !wrong.contains(Position(found.place.file, found.place.range)) {
      report(found, of: use, stage: stage.name)
    }
  }

  /// Does the same check for values set by the sweep.
  mutating func checkSweptPresets() {
    for axis in axes {
      for (index, field) in axis.fields.enumerated() {
        guard field.key != nil, let stage = stages.first(where: { $0.name == field.parts[0] }),
          let use = stage.preset, !use.isOverridden
        else { continue }
        let empty = YAMLNode(.mapping([]), file: use.tree.file, range: use.tree.range)
        for row in axis.rows {
          let set = empty.setting(row[index].node, at: field.keys[...])
          for found in contradictions(set, use.tree) {
            report(found, of: use, stage: stage.name)
          }
        }
      }
    }
  }

  private mutating func report(
    _ found: PresetUse.Contradiction, of use: PresetUse, stage: String
  ) {
    let path = ([stage] + found.path).joined(separator: ".")
    validator.report(
      "\(path.quoted) is \(found.own.described), but preset '\(use.preset.name)' "
        + "sets \(found.theirs.described)",
      at: found.place,
      notes: [
        Diagnostic.Note("set here", at: found.written.range, in: found.written.file)
      ],
      help: "leave it out, or write 'override: true' in \(stage.quoted) to differ on purpose")
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
