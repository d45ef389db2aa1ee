import Fields

/// The second pass: the fields at the top of the pipeline, and each stage's map merged over its
/// preset and the defaults.
struct Drafts {
  let top: TopFields
  let stages: [StageDraft]
  /// Stages that are not maps or were written twice; references to them are not reported again.
  let brokenStages: Set<String>
  /// True if no mistake so far has removed an axis.
  let isSweepSound: Bool

  init(_ composed: Composed, of text: PipelineText, _ log: LoadLog) {
    let (root, entries) = (composed.root, composed.entries)
    let top = TopFields(root, entries, log)
    self.top = top
    let isEverySeedSound =
      root["seeds"].map { $0.value.elements?.count == top.seeds.count } ?? true
    // An unknown field may be a misspelt `sweep`; a dropped duplicate may hold half of the stages.
    isSweepSound =
      composed.isSweepSound && isEverySeedSound && root.dropped.isEmpty
      && !entries.contains { log.top[$0.name] == nil }
    let shared = SharedFields(of: root, text.kinds, log)
    let defaults = StageDefaults(root["defaults"], kinds: text.kinds, log)
    var reader = StageDraftReader(
      kinds: text.kinds, presets: PresetReader(shared, defaults, log), log)
    for entry in root.dropped where entry.name == "stages" {
      reader.brokenStages.formUnion(entry.value.entries?.map(\.name) ?? [])
    }
    reader.readStages(root["stages"])
    stages = reader.stages
    brokenStages = reader.brokenStages
  }

  /// Warns about defaults in the pipeline's own file for kinds of which there is no stage, and
  /// about shared fields that no stage has.
  func warnAboutUnusedDefaults(of composed: Composed, in text: PipelineText, _ log: LoadLog) {
    SharedFields.warnAboutUnused(stages, of: composed.root, in: text, log)
    for given in composed.root["defaults"]?.value.entries ?? []
    where given.key.file === text.source {
      guard text.kinds[given.name] != nil,
        !stages.contains(where: { $0.kind?.name == given.name })
      else { continue }
      log.diagnostics.append(
        Diagnostic(
          .warning, "no stage is of kind '\(given.name)', so these defaults change nothing",
          at: given.key.range, in: given.key.file))
    }
  }
}

/// The fields at the top of a pipeline that are neither stages nor about them.
struct TopFields {
  let name: String
  let description: String
  let seeds: [Int]
  /// Nil if it is invalid, which has been reported.
  let numerics: Numerics?

  init(_ root: YAMLNode, _ entries: [YAMLNode.Entry], _ log: LoadLog) {
    let top = log.validator.members(
      of: entries, in: log.top,
      at: Validator.FieldPlace(path: [], node: root, root: log.top),
      except: ["stages", "sweep", "extends", "vars", "defaults"])
    name = top["name"]?.stringValue ?? ""
    description = top["description"]?.stringValue ?? ""
    seeds = top["seeds"]?.listValue?.compactMap(\.intValue) ?? []
    numerics = root["numerics"].map { $0.value.text.flatMap(Numerics.init) } ?? Numerics.exact
    Self.checkName(top["name"], at: root["name"], log)
    Self.checkSeeds(seeds, at: root["seeds"], log)
  }

  /// The axis of the seeds, if there is more than one.
  func seedAxis(at root: YAMLNode) -> [AxisDraft] {
    guard seeds.count > 1 else { return [] }
    return [
      AxisDraft(
        fields: [AxisDraft.Field(path: Axis.seedPath)],
        rows: seeds.map { [AxisDraft.Value(value: .int($0), node: root)] })
    ]
  }

  private static func checkName(
    _ value: FieldValue?, at entry: YAMLNode.Entry?, _ log: LoadLog
  ) {
    guard let entry, let name = value?.stringValue, !name.isSlug else { return }
    log.report(
      "\(name.quoted) cannot name a pipeline", at: entry.place,
      help: "start with a lower-case letter; use lower-case letters, digits, _ and -")
  }

  private static func checkSeeds(
    _ seeds: [Int], at entry: YAMLNode.Entry?, _ log: LoadLog
  ) {
    var seen: [Int: Int] = [:]
    for (index, seed) in seeds.enumerated() {
      guard let earlier = seen.updateValue(seen[seed] ?? index, forKey: seed),
        let nodes = entry?.value.elements, nodes.indices.contains(index)
      else { continue }
      log.report(
        "seed \(seed) is given twice", at: nodes[index],
        notes: [
          Diagnostic.Note("first given here", at: nodes[earlier].range, in: nodes[earlier].file)
        ])
    }
  }
}

/// A stage before its fields are read.
struct StageDraft {
  let name: String
  let key: YAMLNode
  /// The stage's map merged over its preset and the defaults; swept fields hold their first value
  /// once the sweep has been read.
  var node: YAMLNode
  /// Nil when the kind is missing or unknown.
  let kind: (any StageKind)?
  var preset: PresetUse?
  /// True if the named preset does not exist, in which case fields may be missing.
  var hasUnknownPreset = false
}

/// Reads the stages of a pipeline up to their kinds, presets and defaults.
private struct StageDraftReader {
  let kinds: StageKinds
  var presets: PresetReader
  let log: LoadLog
  var stages: [StageDraft] = []
  var brokenStages: Set<String> = []

  init(kinds: StageKinds, presets: PresetReader, _ log: LoadLog) {
    self.kinds = kinds
    self.presets = presets
    self.log = log
  }

  mutating func readStages(_ entry: YAMLNode.Entry?) {
    guard let entry else { return }
    if case .refused = entry.value.content { return }
    guard let entries = entry.value.entries, !entries.isEmpty else {
      let found = entry.value.entries == nil ? entry.value.described : "none"
      log.report("expected a map of stages, found \(found)", at: entry.place)
      return
    }
    guard entries.count <= PipelineFields.stageLimit else {
      log.report(
        "\(entries.count) stages, but a pipeline may have at most \(PipelineFields.stageLimit)",
        at: entry.key)
      return
    }
    brokenStages.formUnion(entry.value.dropped.map(\.name))
    for stage in entries {
      checkName(ofStage: stage)
      guard stage.value.entries != nil else {
        brokenStages.insert(stage.name)
        if case .refused = stage.value.content { continue }
        log.report(
          "expected a map for stage \(stage.name.quoted), found \(stage.value.described)",
          at: stage.place)
        continue
      }
      let kind = kind(of: stage)
      stages.append(
        kind.map { presets.expanded(stage, kind: $0) }
          ?? StageDraft(name: stage.name, key: stage.key, node: stage.value, kind: nil))
    }
  }

  private func checkName(ofStage stage: YAMLNode.Entry) {
    if !stage.name.isSlug {
      log.report(
        "\(stage.name.quoted) cannot name a stage", at: stage.key,
        help: "start with a lower-case letter; use lower-case letters, digits, _ and -")
    } else if log.top[stage.name] != nil {
      log.report(
        "\(stage.name.quoted) cannot name a stage: it is a field of the pipeline", at: stage.key)
    }
  }

  private func kind(of stage: YAMLNode.Entry) -> (any StageKind)? {
    let names = kinds.all.map(\.name)
    guard let entry = stage.value["kind"] else {
      for slip in stage.value.entries ?? [] {
        let unknown = UnknownName("field", slip.name, "in \(stage.name.quoted)", among: ["kind"])
        guard unknown.nearest != nil else { continue }
        log.report(unknown.statement, at: slip.key, help: unknown.suggestion)
        return nil
      }
      log.report(
        "missing field 'kind' in \(stage.name.quoted)", at: stage.key,
        help: "'kind' is one of \(names.joined(separator: ", "))")
      return nil
    }
    if case .refused = entry.value.content { return nil }
    guard let name = entry.value.text, !name.isEmpty else {
      log.report(
        "expected a stage kind, found \(entry.value.described)", at: entry.place,
        help: "'kind' is one of \(names.joined(separator: ", "))")
      return nil
    }
    guard let kind = kinds[name] else {
      log.report(UnknownName("kind", name, among: names), at: entry.place)
      return nil
    }
    return kind
  }
}
