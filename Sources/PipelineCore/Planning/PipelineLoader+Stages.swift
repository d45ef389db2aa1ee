import Fields
import Foundation

/// A stage while it is being read.
struct StageDraft {
  let name: String
  let key: YAMLNode
  /// The stage's map on top of its preset and the defaults; swept fields hold their first value once the sweep is read.
  var node: YAMLNode
  /// Nil when the kind is missing or unknown.
  let kind: (any StageKind)?
  var preset: PresetUse?
  /// Whether a preset is named that does not exist, so that fields may be missing.
  var hasUnknownPreset = false
  var config: FieldValue?
  /// Everything that was read, also what is no field of the kind.
  var members: [String: FieldValue] = [:]
  /// Whether the fields passed, so that rules over several of them make sense.
  var isSound = false
  /// Whether every input was read and names a stage, or a checkpoint, of the right type.
  var hasSoundInputs = true
  var inputs: [InputDraft] = []
  var limits = StageLimits()

  var declaration: StageDeclaration? {
    guard let kind, let config else { return nil }
    return StageDeclaration(
      name: name, kind: kind, config: config,
      inputs: inputs.map { StageInput(role: $0.roleName, label: $0.label, source: $0.source) },
      limits: limits)
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
      let slip = stage.value.entries?.first {
        EditDistance.suggestion(for: $0.name, among: ["kind"]) != nil
      }
      if let slip {
        validator.report(
          "unknown field \(slip.name.quoted) in \(stage.name.quoted)", at: slip.key,
          help: "did you mean 'kind'?")
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
      validator.report(
        "unknown kind \(name.quoted): expected one of \(names.joined(separator: ", "))",
        at: entry.place, help: Validator.didYouMean(name, among: names))
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
    var members = validator.members(
      of: entries, in: group,
      at: Validator.Place(path: [stage.name], node: stage.key, root: group),
      except: PipelineFields.structural)
    validator.isPartial = false
    for name in PipelineFields.structural { members[name] = nil }
    stages[index].members = members
    stages[index].limits = StageLimits(decoding: .map(members))
    for field in StageLimits.descriptor.fields { members[field.name] = nil }
    checkPreset(ofStage: index)
    stages[index].config = .map(members)
    stages[index].isSound = validator.diagnostics.count == before && !stage.node.holdsMistake
  }

  // MARK: Inputs

  mutating func readInputs(ofStage index: Int) {
    let stage = stages[index]
    let entry = stage.node["inputs"]
    let before = validator.diagnostics.count
    // What was refused makes the fields unsound already.
    defer { stages[index].hasSoundInputs = validator.diagnostics.count == before }
    var given: Set<String> = []
    if let entry {
      if case .refused = entry.value.content { return }
      guard let entries = entry.value.entries else {
        validator.report(
          "expected a map from roles to stages for 'inputs', found \(entry.value.described)",
          at: entry.place)
        return
      }
      for input in entries { given.formUnion(read(input, of: index)) }
    }
    for role in stage.kind?.roles ?? [] where role.isRequired && !given.contains(role.name) {
      validator.report(
        "missing input '\(role.name)' of \(stage.name.quoted)", at: entry?.key ?? stage.key,
        help: "'\(role.name)' takes \(role.accepts.map(\.noun).joined(separator: " or ")): "
          + role.meaning)
    }
  }

  /// - Returns: the roles that the entry stands for.
  private mutating func read(_ entry: YAMLNode.Entry, of index: Int) -> [String] {
    let stage = stages[index]
    var role: Role?
    if let kind = stage.kind {
      role = kind.roles.first { $0.name == entry.name }
      if role == nil {
        let names = kind.roles.map(\.name)
        let meant = EditDistance.suggestion(for: entry.name, among: names)
        validator.report(
          "unknown input \(entry.name.quoted) of \(stage.name.quoted): "
            + (names.isEmpty
              ? "'\(kind.name)' takes none" : "expected \(names.joined(separator: ", "))"),
          at: entry.key, help: meant.map { "did you mean '\($0)'?" })
        return meant.map { [$0] } ?? []
      }
    }
    if let role, !role.isRequired, entry.value.isExplicitNull { return [entry.name] }
    let isLabelled = role?.collects ?? (entry.value["checkpoint"] == nil)
    if isLabelled, let labels = entry.value.entries {
      readLabels(labels, of: entry, role: role, stage: index)
    } else if let role, role.collects, !entry.value.isRefused {
      let name = entry.value.text.flatMap { $0.isSlug ? $0 : nil }
      let example = name.map { "{\($0): \($0)}" } ?? "{LABEL: STAGE}"
      validator.report(
        "expected a map from labels to stages for '\(role.name)', found \(entry.value.described)",
        at: entry.place, help: "'\(role.name)' collects several stages: write \(example)")
    } else {
      add(entry.value, role: role, roleName: entry.name, label: nil, at: entry.place, to: index)
    }
    return [entry.name]
  }

  private mutating func readLabels(
    _ labels: [YAMLNode.Entry], of entry: YAMLNode.Entry, role: Role?, stage index: Int
  ) {
    if labels.isEmpty, let role, role.isRequired {
      validator.report("'\(role.name)' needs at least one stage", at: entry.place)
    }
    for label in labels {
      guard label.name.isMapKey else {
        validator.report(
          "\(label.key.described) cannot be a label", at: label.key,
          help: "use letters, digits, _ and -")
        continue
      }
      add(
        label.value, role: role, roleName: entry.name, label: label.name, at: label.place,
        to: index)
    }
  }

  private mutating func add(
    _ node: YAMLNode, role: Role?, roleName: String, label: String?, at place: YAMLNode,
    to index: Int
  ) {
    guard !node.isRefused, let (source, shown) = source(node, at: place) else { return }
    stages[index].inputs.append(
      InputDraft(roleName: roleName, role: role, label: label, source: source, place: shown))
  }

  /// A stage's name, or `{checkpoint: DIR}`.
  private mutating func source(
    _ node: YAMLNode, at place: YAMLNode
  ) -> (source: InputSource, place: YAMLNode)? {
    if let name = node.text, !name.isEmpty { return (.stage(name), place) }
    if let entries = node.entries {
      if entries.count == 1, entries[0].name == "checkpoint" {
        guard let path = entries[0].value.text, !path.isEmpty else {
          if !entries[0].value.isRefused {
            validator.report(
              "expected a folder's path, found \(entries[0].value.described)",
              at: entries[0].place)
          }
          return nil
        }
        let folder =
          path.hasPrefix("/")
          ? URL(fileURLWithPath: path)
          : self.folder(of: entries[0].value).absoluteURL.appendingPathComponent(path)
        return (.checkpoint(path: folder.standardizedFileURL.path), entries[0].place)
      }
      let odd = entries.first { $0.name != "checkpoint" } ?? entries.first
      validator.report(
        "an input is a stage's name or {checkpoint: FOLDER}", at: odd?.key ?? place,
        help: odd.flatMap { Validator.didYouMean($0.name, among: ["checkpoint"]) })
      return nil
    }
    validator.report(
      "expected a stage's name or {checkpoint: FOLDER}, found \(node.described)", at: place)
    return nil
  }
}
