import Fields

/// A stage whose fields and inputs have been read.
struct ReadStage {
  let draft: StageDraft
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

  init(_ draft: StageDraft) { self.draft = draft }

  var name: String { draft.name }
  var key: YAMLNode { draft.key }
  var node: YAMLNode { draft.node }
  var kind: (any StageKind)? { draft.kind }

  var declaration: StageDeclaration? {
    guard let kind, let config else { return nil }
    return StageDeclaration(
      name: name, kind: kind, config: config,
      inputs: inputs.map { StageInput(role: $0.roleName, label: $0.label, source: $0.source) },
      limits: limits, numSeeds: numSeeds)
  }
}

/// An input that has been read.
struct InputDraft {
  let roleName: String
  /// Nil when the stage's kind is unknown.
  let role: Role?
  let label: String?
  var source: InputSource
  let place: YAMLNode
}

extension ReadStage {
  /// The fourth pass: reads the fields and inputs of every stage.
  static func all(
    of swept: Swept, in composed: Composed, of text: PipelineText, _ log: LoadLog
  ) -> [ReadStage] {
    var fields = FieldReader(log: log)
    let named = NamedFileReader(files: text.files, folders: composed.folders, log: log)
    let paths = NamedPathReader(folders: composed.folders, log: log)
    return swept.stages.map { draft in
      var stage = ReadStage(draft)
      fields.read(&stage)
      var inputs = InputReader(of: draft, folders: composed.folders, log)
      stage.hasSoundInputs = inputs.read()
      stage.inputs = inputs.inputs
      named.read(&stage)
      paths.read(&stage)
      return stage
    }
  }
}

/// Reads the fields of stages.
private struct FieldReader {
  let log: LoadLog
  /// All fields that may be written in a stage, by kind; built once, since large kinds have many
  /// fields.
  private var groups: [String: GroupDescriptor] = [:]

  init(log: LoadLog) { self.log = log }

  mutating func read(_ stage: inout ReadStage) {
    guard let kind = stage.kind, let entries = stage.node.entries else { return }
    let before = log.mistakeCount
    let group = groups[kind.name] ?? PipelineFields.stage(of: kind)
    groups[kind.name] = group
    log.validator.isPartial = stage.draft.hasUnknownPreset
    log.validator.completing = stage.draft.preset.map { ($0.tree.file, stage.key) }
    var members = log.validator.members(
      of: entries, in: group,
      at: Validator.FieldPlace(path: [stage.name], node: stage.key, root: group),
      except: PipelineFields.structural)
    log.validator.isPartial = false
    log.validator.completing = nil
    for name in PipelineFields.structural { members[name] = nil }
    stage.members = members
    stage.limits = StageLimits(decoding: .map(members))
    for field in StageLimits.descriptor.fields { members[field.name] = nil }
    stage.numSeeds = members[PipelineFields.numSeeds.name]?.intValue
    members[PipelineFields.numSeeds.name] = nil
    stage.draft.preset?.check(stage: stage.name, log)
    stage.config = .map(members)
    stage.isSound = log.mistakeCount == before && !stage.node.holdsMistake
  }
}
