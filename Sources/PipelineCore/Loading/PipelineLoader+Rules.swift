import Fields
import Foundation

// Checks rules that involve several stages, or several fields of one stage.
extension PipelineLoader {
  /// Checks that every input names a stage whose output type the role accepts.
  mutating func checkInputs() {
    let names = stages.map(\.name)
    let byName = Dictionary(stages.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    for (index, stage) in stages.enumerated() {
      for input in stage.inputs {
        switch input.source {
        case .external(let external):
          guard check(external, for: input, of: index) else { continue }
          if external.isFolder {
            checkFolder(external, as: input, of: stage)
          } else {
            checkFiles(external, at: input.place)
          }
        case .stage(let name):
          guard let source = byName[name] else {
            stages[index].hasSoundInputs = false
            guard !brokenStages.contains(name) else { continue }
            let unknown = UnknownName("stage", name, among: names.filter { $0 != stage.name })
            validator.report(unknown.statement, at: input.place, help: unknown.suggestion)
            continue
          }
          if let kind = source.kind {
            let type = kind.output(of: source.config ?? .absent)
            check(
              type, for: input, of: index, otherwise: "but \(name.quoted) makes \(type.noun)")
          }
        }
      }
    }
  }

  private mutating func check(
    _ external: ExternalInput, for input: InputDraft, of index: Int
  ) -> Bool {
    let found =
      switch external {
      case .checkpoint: "but a checkpoint is \(external.type.noun)"
      case .file: "not a file from outside"
      case .files: "not a list of files"
      }
    return check(external.type, for: input, of: index, otherwise: found)
  }

  /// - Parameter found: the end of the message, which says what was given.
  /// - Returns: true if the role accepts the type.
  @discardableResult private mutating func check(
    _ type: ArtifactType, for input: InputDraft, of index: Int, otherwise found: String
  ) -> Bool {
    guard let role = input.role, !role.accepts.contains(type) else { return true }
    stages[index].hasSoundInputs = false
    let wanted = role.accepts.map(\.noun).joined(separator: " or ")
    validator.report(
      "\(stages[index].name.quoted) takes \(wanted) as '\(role.name)', \(found)", at: input.place)
    return false
  }

  /// Checks that a folder exists and holds an artifact the stage can take, as far as this can be
  /// seen without opening large files. A bad folder is reported separately: the stage's rules are
  /// checked regardless of its content.
  private mutating func checkFolder(
    _ external: ExternalInput, as input: InputDraft, of stage: StageDraft
  ) {
    let path = external.path
    let noun = external.type.noun
    let place = input.place
    let shown = (place.text ?? path).quoted
    var isFolder: ObjCBool = false
    let problem: String
    if !FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) {
      problem = "the folder \(shown) does not exist"
    } else if !isFolder.boolValue {
      problem = "\(shown) is a file, not the folder of \(noun)"
    } else if let flaw = kinds.folders.first(where: { $0.type == external.type })?.flaw(path) {
      problem = "the folder \(shown) is not \(noun): \(flaw)"
    } else if let found = input.role.flatMap({ role in
      stage.kind?.problem(
        ofFolder: path, name: place.text ?? path, role: role.name,
        config: stage.config ?? .absent)
    }) {
      problem = found
    } else {
      return
    }
    validator.report(problem, at: place, help: place.text == path ? nil : "looked for \(path)")
  }

  /// Checks that every file exists. Their content is checked when a run starts.
  private mutating func checkFiles(_ files: ExternalInput, at place: YAMLNode) {
    for path in files.allPaths {
      var isFolder: ObjCBool = false
      let isThere = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      guard !isThere || isFolder.boolValue else { continue }
      let shown =
        switch files {
        case .checkpoint, .file: place.text ?? path
        case .files(let folder, _): String(path.dropFirst(folder.count + 1))
        }
      validator.report(
        isThere
          ? "\(shown.quoted) is a folder, not a file" : "the file \(shown.quoted) does not exist",
        at: place, help: shown == path ? nil : "looked for \(path)")
    }
  }

  /// Checks that no stage depends on itself. Each cycle is reported once, at the input that closes
  /// it.
  mutating func checkCycles() {
    var state: [String: Visit] = [:]
    var trail: [String] = []
    let byName = Dictionary(stages.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    var found: [(circle: [String], place: YAMLNode)] = []
    var closing: Set<String> = []
    func visit(_ stage: StageDraft) {
      state[stage.name] = .open
      trail.append(stage.name)
      for input in stage.inputs {
        guard case .stage(let name) = input.source, let source = byName[name] else { continue }
        switch state[name] {
        case nil: visit(source)
        case .open:
          let circle = trail[(trail.firstIndex(of: name) ?? 0)...]
          found.append((Array(circle) + [name], input.place))
          closing.insert(stage.name)
        case .closed: break
        }
      }
      trail.removeLast()
      state[stage.name] = .closed
    }
    for stage in stages where state[stage.name] == nil { visit(stage) }
    for index in stages.indices where closing.contains(stages[index].name) {
      stages[index].hasSoundInputs = false
    }
    for (circle, place) in found {
      // The trail goes from a stage to its inputs; the message shows the direction in which data
      // flows.
      validator.report(
        "stages feed each other in a circle: \(circle.reversed().joined(separator: " → "))",
        at: place)
    }
  }

  private enum Visit { case open, closed }

  /// The stages that have no mistake themselves or in anything upstream. For all others, rules
  /// would report consequences of the mistake.
  private func soundStages(_ byName: [String: StageDraft]) -> Set<String> {
    var known: [String: Bool] = [:]
    func isSound(_ stage: StageDraft) -> Bool {
      if let answer = known[stage.name] { return answer }
      known[stage.name] = false
      let answer =
        stage.isSound && stage.hasSoundInputs && !brokenStages.contains(stage.name)
        && stage.inputs.allSatisfy { input in
          guard case .stage(let name) = input.source else { return true }
          return byName[name].map(isSound) ?? false
        }
      known[stage.name] = answer
      return answer
    }
    return Set(stages.filter(isSound).map(\.name))
  }

  /// A source as rules see it; one from outside has no configuration.
  private func upstream(
    _ input: StageInput, of stages: [String: StageDraft], at values: [AxisValue],
    splits: [String: [String]]
  ) -> UpstreamStage {
    let name: String
    switch input.source {
    case .external(let external): return .external(external, label: input.label)
    case .stage(let stage): name = stage
    }
    guard let declaration = stages[name]?.declaration else {
      return UpstreamStage(stage: name, kind: "", config: .absent, label: input.label)
    }
    let config = declaration.config(at: values)
    let labels = declaration.inputs.reduce(into: [String: [String]]()) { labels, input in
      if let label = input.label { labels[input.role, default: []].append(label) }
    }
    return UpstreamStage(
      stage: name, kind: declaration.kind.name, config: config,
      output: declaration.kind.output(of: config), provides: declaration.kind.provides(config),
      label: input.label, labels: labels, axes: splits[name] ?? [],
      axisValues: axisValues(of: splits[name] ?? []))
  }

  /// The values of swept fields, by path.
  private func axisValues(of paths: [String]) -> [String: [FieldValue]] {
    var found: [String: [FieldValue]] = [:]
    for axis in axes {
      for (index, field) in axis.fields.enumerated() where paths.contains(field.path) {
        found[field.path] = axis.rows.map { $0[index].value }
      }
    }
    return found
  }

  /// Checks the kinds' own rules for every setting of the axes that reach a stage or its direct
  /// inputs.
  mutating func checkRules(_ numerics: Numerics?) {
    guard isSweepSound else { return }
    let byName = Dictionary(stages.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let splits = splits(byName)
    let sound = soundStages(byName)
    for stage in stages where sound.contains(stage.name) {
      guard let kind = stage.kind, let declaration = stage.declaration else { continue }
      let sources = declaration.inputs.compactMap { input in
        if case .stage(let name) = input.source { name } else { nil }
      }
      let involved = Set([stage.name] + sources)
      let reaching = axes.compactMap { axis in
        axis.projected { $0.key != nil && involved.contains($0.parts[0]) }
      }
      for setting in settings(of: reaching) {
        let values = values(of: setting)
        var inputs: [String: [UpstreamStage]] = [:]
        for input in declaration.inputs {
          inputs[input.role, default: []].append(
            upstream(input, of: byName, at: values, splits: splits))
        }
        let config = declaration.config(at: values)
        let issues =
          Capability.issues(ofStage: stage.name, requiring: kind.requires(config), of: inputs)
          + kind.issues(in: config, inputs: inputs, numerics: numerics)
        for issue in issues { report(issue, of: stage, at: setting) }
      }
    }
  }

  /// The paths of the axes that split each stage, computed like in `StageGraph`; a cycle, which has
  /// been reported, is cut at the input that closes it.
  private func splits(_ byName: [String: StageDraft]) -> [String: [String]] {
    var found: [String: Set<String>] = [:]
    let fields = axes.flatMap(\.fields)
    func visit(_ stage: StageDraft) -> Set<String> {
      if let known = found[stage.name] { return known }
      found[stage.name] = []
      var paths = Set(fields.filter { $0.key != nil && $0.parts[0] == stage.name }.map(\.path))
      if stage.kind?.usesSeed(stage.config ?? .absent) ?? false { paths.insert(Axis.seedPath) }
      for input in stage.inputs where input.label == nil {
        guard case .stage(let name) = input.source, let source = byName[name] else { continue }
        paths.formUnion(visit(source))
      }
      found[stage.name] = paths
      return paths
    }
    for stage in stages { _ = visit(stage) }
    return found.mapValues { paths in fields.map(\.path).filter(paths.contains) }
  }

  /// One value for each of some fields.
  private typealias Setting = [(field: AxisDraft.Field, value: AxisDraft.Value)]

  /// Every combination of values. Too many are reduced to the first value; the size check reports
  /// them.
  private func settings(of axes: [AxisDraft]) -> [Setting] {
    var settings: [Setting] = [[]]
    for axis in axes where !axis.rows.isEmpty {
      let rows = settings.count * axis.rows.count > Self.sizeLimit ? [axis.rows[0]] : axis.rows
      settings = settings.flatMap { setting in
        rows.map { row in setting + zip(axis.fields, row).map { ($0, $1) } }
      }
    }
    return settings
  }

  private func values(of setting: Setting) -> [AxisValue] {
    setting.map { AxisValue(path: $0.field.path, value: $0.value.value) }
  }

  /// Reports an issue where its value was written: in the stage, in the sweep, or in a `--set`.
  private mutating func report(_ issue: FieldIssue, of stage: StageDraft, at setting: Setting) {
    var node = stage.node
    for (field, value) in setting where field.parts[0] == stage.name {
      node = node.setting(value.node, at: field.keys[...])
    }
    let place = node.place(of: issue.path) ?? stage.key
    guard issue.isWarning else {
      return validator.report(issue.message, at: place, help: issue.help)
    }
    // The same issue is reported once, even if many settings of a sweep have it.
    let isKnown = diagnostics.contains {
      $0.message == issue.message && $0.file === place.file && $0.range == place.range
    }
    guard !isKnown, diagnostics.count < Diagnostic.limit else { return }
    diagnostics.append(
      Diagnostic(
        .warning, issue.message, at: place.range, in: place.file, notes: place.notes,
        help: issue.help))
  }
}

extension ArtifactType {
  /// The type as a noun in a sentence: `a model`, `responses`.
  var noun: String {
    if rawValue.hasSuffix("s") { return rawValue }
    return ("aeiou".contains(rawValue.prefix(1)) ? "an " : "a ") + rawValue
  }
}
