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

/// Fills in fields that a stage does not write itself: first from its preset, then from `defaults`,
/// then from the fields that stages share.
struct PresetReader {
  private let shared: SharedFields
  private let defaults: StageDefaults
  private let log: LoadLog
  /// The fields of presets, by name.
  private var trees: [String: YAMLNode] = [:]

  init(_ shared: SharedFields, _ defaults: StageDefaults, _ log: LoadLog) {
    self.shared = shared
    self.defaults = defaults
    self.log = log
  }

  /// The stage's own fields merged over those of its preset, these over `defaults`, and these over
  /// the shared fields.
  mutating func expanded(_ stage: YAMLNode.Entry, kind: any StageKind) -> StageDraft {
    var draft = StageDraft(name: stage.name, key: stage.key, node: stage.value, kind: kind)
    readPreset(of: &draft, kind: kind)
    let below = [shared[kind], defaults[kind], draft.preset?.tree].compactMap { $0 }
    let base = below.dropFirst().reduce(below.first) { base, node in
      base.map { node.merged(over: $0, replaces: shared.beginsAnew) }
    }
    if let use = draft.preset {
      let own = stage.value.removing(PipelineFields.structural)
      draft.preset?.contradictions = use.contradictions(of: own)
    }
    if let base { draft.node = stage.value.merged(over: base, replaces: shared.beginsAnew) }
    return draft
  }

  private mutating func readPreset(of draft: inout StageDraft, kind: any StageKind) {
    guard !kind.presets.isEmpty else { return }
    var isOverridden = false
    if let entry = draft.node["override"], !entry.value.isRefused {
      let group = PipelineFields.stage(of: kind)
      let place = Validator.FieldPlace(
        path: [draft.name, "override"], node: entry.place, root: group)
      isOverridden = log.validator.value(from: entry.value, as: .bool, at: place) != .bool(false)
      if draft.node["preset"] == nil {
        log.report("'override' has no effect without 'preset'", at: entry.key)
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
        log.report(UnknownName("preset", name, among: names), at: entry.place)
      } else {
        log.report(
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
    if let known = trees[preset.name] { return known }
    let (tree, found) = YAMLComposer.compose(preset.file)
    log.diagnostics += found
    trees[preset.name] = tree
    return tree
  }
}

extension PresetUse {
  /// The fields in which a stage's own tree differs from the preset.
  func contradictions(of own: YAMLNode) -> [Contradiction] {
    contradictions(own, tree, path: [])
  }

  private func contradictions(
    _ own: YAMLNode, _ preset: YAMLNode, path: [String]
  ) -> [Contradiction] {
    (preset.entries ?? []).flatMap { theirs -> [Contradiction] in
      guard let entry = own[theirs.name], !entry.value.isRefused else { return [] }
      let path = path + [theirs.name]
      if entry.value.entries != nil, theirs.value.entries != nil {
        return contradictions(entry.value, theirs.value, path: path)
      }
      if entry.value.means(theirs.value) { return [] }
      return [
        Contradiction(
          path: path, own: entry.value, place: entry.place, written: theirs.place,
          theirs: theirs.value)
      ]
    }
  }

  /// Reports where a stage differs from its preset, unless it intends to or the value is invalid
  /// anyway.
  func check(stage: String, _ log: LoadLog) {
    guard !isOverridden else { return }
    let wrong = Set(log.validator.diagnostics.map { Position($0.file, $0.range) })
    for found in contradictions
    where !wrong.contains(Position(found.place.file, found.place.range)) {
      report(found, stage: stage, log)
    }
  }

  /// Does the same check for the values of a field that is set by the sweep.
  func check(_ values: [YAMLNode], of field: AxisDraft.Field, _ log: LoadLog) {
    guard !isOverridden else { return }
    let empty = YAMLNode(.mapping([]), file: tree.file, range: tree.range)
    for value in values {
      for found in contradictions(of: empty.setting(value, at: field.keys[...])) {
        report(found, stage: field.parts[0], log)
      }
    }
  }

  private func report(_ found: Contradiction, stage: String, _ log: LoadLog) {
    let path = ([stage] + found.path).joined(separator: ".")
    log.report(
      "\(path.quoted) is \(found.own.described), but preset '\(preset.name)' "
        + "sets \(found.theirs.described)",
      at: found.place,
      notes: [
        Diagnostic.Note("set here", at: found.written.range, in: found.written.file)
      ],
      help: "leave it out, or write 'override: true' in \(stage.quoted) to differ on purpose")
  }
}
