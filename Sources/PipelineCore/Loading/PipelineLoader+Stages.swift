import Fields
import Foundation

/// A stage while it is being read.
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
  var config: FieldValue?
  /// All members that were read, including those that are not fields of the kind.
  var members: [String: FieldValue] = [:]
  /// True if the fields are valid, so that rules over several of them can be checked.
  var isSound = false
  /// True if every input was read and names a stage or a checkpoint of the right type.
  var hasSoundInputs = true
  var inputs: [InputDraft] = []
  var limits = StageLimits()
  var numSeeds: Int?

  var declaration: StageDeclaration? {
    guard let kind, let config else { return nil }
    return StageDeclaration(
      name: name, kind: kind, config: config,
      inputs: inputs.map { StageInput(role: $0.roleName, label: $0.label, source: $0.source) },
      limits: limits, numSeeds: numSeeds)
  }
}

/// An input while it is being read.
struct InputDraft {
  let roleName: String
  /// Nil when the stage's kind is unknown.
  let role: Role?
  let label: String?
  let source: InputSource
  let place: YAMLNode
}

extension PipelineLoader {
  mutating func readStages(_ entry: YAMLNode.Entry?) {
    guard let entry else { return }
    if case .refused = entry.value.content { return }
    guard let entries = entry.value.entries, !entries.isEmpty else {
      let found = entry.value.entries == nil ? entry.value.described : "none"
      validator.report("expected a map of stages, found \(found)", at: entry.place)
      return
    }
    guard entries.count <= PipelineFields.stageLimit else {
      validator.report(
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
        validator.report(
          "expected a map for stage \(stage.name.quoted), found \(stage.value.described)",
          at: stage.place)
        continue
      }
      let kind = kind(of: stage)
      stages.append(
        kind.map { expanded(stage, kind: $0) }
          ?? StageDraft(name: stage.name, key: stage.key, node: stage.value, kind: nil))
    }
  }

  private mutating func checkName(ofStage stage: YAMLNode.Entry) {
    if !stage.name.isSlug {
      validator.report(
        "\(stage.name.quoted) cannot name a stage", at: stage.key,
        help: "start with a lower-case letter; use lower-case letters, digits, _ and -")
    } else if PipelineFields.top[stage.name] != nil {
      validator.report(
        "\(stage.name.quoted) cannot name a stage: it is a field of the pipeline", at: stage.key)
    }
  }

  private mutating func kind(of stage: YAMLNode.Entry) -> (any StageKind)? {
    let names = kinds.all.map(\.name)
    guard let entry = stage.value["kind"] else {
      for slip in stage.value.entries ?? [] {
        let unknown = UnknownName("field", slip.name, "in \(stage.name.quoted)", among: ["kind"])
        guard unknown.nearest != nil else { continue }
        validator.report(unknown.statement, at: slip.key, help: unknown.suggestion)
        return nil
      }
      validator.report(
        "missing field 'kind' in \(stage.name.quoted)", at: stage.key,
        help: "'kind' is one of \(names.joined(separator: ", "))")
      return nil
    }
    if case .refused = entry.value.content { return nil }
    guard let name = entry.value.text, !name.isEmpty else {
      validator.report(
        "expected a stage kind, found \(entry.value.described)", at: entry.place,
        help: "'kind' is one of \(names.joined(separator: ", "))")
      return nil
    }
    guard let kind = kinds[name] else {
      validator.report(UnknownName("kind", name, among: names), at: entry.place)
      return nil
    }
    return kind
  }

  mutating func readFields(ofStage index: Int) {
    let stage = stages[index]
    guard let kind = stage.kind, let entries = stage.node.entries else { return }
    let before = validator.diagnostics.count
    let group = groups[kind.name] ?? PipelineFields.stage(of: kind)
    groups[kind.name] = group
    validator.isPartial = stage.hasUnknownPreset
    validator.completing = stage.preset.map { ($0.tree.file, stage.key) }
    var members = validator.members(
      of: entries, in: group,
      at: Validator.Place(path: [stage.name], node: stage.key, root: group),
      except: PipelineFields.structural)
    validator.isPartial = false
    validator.completing = nil
    for name in PipelineFields.structural { members[name] = nil }
    stages[index].members = members
    stages[index].limits = StageLimits(decoding: .map(members))
    for field in StageLimits.descriptor.fields { members[field.name] = nil }
    stages[index].numSeeds = members[PipelineFields.numSeeds.name]?.intValue
    members[PipelineFields.numSeeds.name] = nil
    checkPreset(ofStage: index)
    stages[index].config = .map(members)
    stages[index].isSound = validator.diagnostics.count == before && !stage.node.holdsMistake
  }
}
