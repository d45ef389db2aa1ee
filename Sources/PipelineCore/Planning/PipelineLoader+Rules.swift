import Fields

// What several stages together, or several fields of one, must obey.
extension PipelineLoader {
  /// Every input names a stage, and the stage makes what the role takes.
  mutating func checkInputs() {
    let names = stages.map(\.name)
    let byName = Dictionary(stages.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    for stage in stages {
      for input in stage.inputs {
        switch input.source {
        case .checkpoint:
          check(ArtifactType("model"), from: "a checkpoint", for: input, of: stage)
        case .stage(let name):
          guard let source = byName[name] else {
            guard !brokenStages.contains(name) else { continue }
            validator.report(
              "unknown stage \(name.quoted)", at: input.place,
              help: Validator.didYouMean(name, among: names.filter { $0 != stage.name }))
            continue
          }
          if let output = source.kind?.output {
            check(output, from: name.quoted, for: input, of: stage)
          }
        }
      }
    }
  }

  private mutating func check(
    _ type: ArtifactType, from source: String, for input: InputDraft, of stage: StageDraft
  ) {
    guard let role = input.role, !role.accepts.contains(type) else { return }
    let wanted = role.accepts.map(\.noun).joined(separator: " or ")
    let verb = source == "a checkpoint" ? "is" : "makes"
    validator.report(
      "\(stage.name.quoted) takes \(wanted) as '\(role.name)', but \(source) \(verb) \(type.noun)",
      at: input.place)
  }

  /// No stage waits for itself. Each circle is reported once, at the input that closes it.
  mutating func checkCycles() {
    var state: [String: Visit] = [:]
    var trail: [String] = []
    let byName = Dictionary(stages.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    var found: [(circle: [String], place: YAMLNode)] = []
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
        case .closed: break
        }
      }
      trail.removeLast()
      state[stage.name] = .closed
    }
    for stage in stages where state[stage.name] == nil { visit(stage) }
    for (circle, place) in found {
      // The trail goes from a stage to what feeds it; people read the way the data flows.
      validator.report(
        "stages feed each other in a circle: \(circle.reversed().joined(separator: " → "))",
        at: place)
    }
  }

  private enum Visit { case open, closed }

  /// A source as rules see it: without a configuration when it is from outside or itself mistaken.
  private func upstream(
    _ name: String?, of stages: [String: StageDraft], at values: [AxisValue],
    splits: [String: [String]]
  ) -> UpstreamStage {
    guard let name else { return .checkpoint }
    guard let source = stages[name], source.isSound, let declaration = source.declaration else {
      return UpstreamStage(stage: name, kind: stages[name]?.kind?.name ?? "", config: .absent)
    }
    return UpstreamStage(
      stage: name, kind: declaration.kind.name, config: declaration.config(at: values),
      axes: splits[name] ?? [])
  }

  /// The kinds' own rules, for every setting of the axes that reach a stage or what feeds it
  /// directly.
  mutating func checkRules() {
    let byName = Dictionary(stages.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let splits = splits(byName)
    for stage in stages where stage.isSound {
      guard let kind = stage.kind, let declaration = stage.declaration else { continue }
      let sources = declaration.inputs.map { input -> (role: String, name: String?) in
        guard case .stage(let name) = input.source else { return (input.role, nil) }
        return (input.role, name)
      }
      let involved = Set([stage.name] + sources.compactMap(\.name))
      let reaching = axes.filter { $0.key != nil && involved.contains($0.parts[0]) }
      for setting in settings(of: reaching) {
        var inputs: [String: [UpstreamStage]] = [:]
        for source in sources {
          inputs[source.role, default: []].append(
            upstream(source.name, of: byName, at: setting.values, splits: splits))
        }
        for issue in kind.issues(in: declaration.config(at: setting.values), inputs: inputs) {
          report(issue, of: stage, at: setting)
        }
      }
    }
  }

  /// The paths of the axes that split each stage, as `StageGraph` will find them; a circle, which
  /// has been reported, is cut where it closes.
  private func splits(_ byName: [String: StageDraft]) -> [String: [String]] {
    var found: [String: Set<String>] = [:]
    func visit(_ stage: StageDraft) -> Set<String> {
      if let known = found[stage.name] { return known }
      found[stage.name] = []
      var paths = Set(axes.filter { $0.key != nil && $0.parts[0] == stage.name }.map(\.path))
      if stage.kind?.usesSeed ?? false { paths.insert(Axis.seedPath) }
      for input in stage.inputs where input.label == nil {
        guard case .stage(let name) = input.source, let source = byName[name] else { continue }
        paths.formUnion(visit(source))
      }
      found[stage.name] = paths
      return paths
    }
    for stage in stages { _ = visit(stage) }
    return found.mapValues { paths in axes.map(\.path).filter(paths.contains) }
  }

  private typealias Setting = (values: [AxisValue], nodes: [YAMLNode])

  /// Every combination, or the first alone where there are too many: the size check reports those.
  private func settings(of axes: [AxisDraft]) -> [Setting] {
    var settings: [Setting] = [([], [])]
    for axis in axes where !axis.values.isEmpty {
      let values =
        settings.count * axis.values.count > Self.sizeLimit ? [axis.values[0]] : axis.values
      settings = settings.flatMap { setting in
        values.map { value in
          (
            setting.values + [AxisValue(path: axis.path, value: value.value)],
            setting.nodes + [value.node]
          )
        }
      }
    }
    return settings
  }

  /// Reports an issue where its value was written: in the stage, in the sweep, or in a `--set`.
  private mutating func report(_ issue: FieldIssue, of stage: StageDraft, at setting: Setting) {
    var node = stage.node
    for (value, written) in zip(setting.values, setting.nodes) {
      let parts = value.path.split(separator: ".").map(String.init)
      guard parts[0] == stage.name,
        let axis = axes.first(where: { $0.path == value.path })
      else { continue }
      node = node.setting(written, at: axis.keys(parts.dropFirst())[...])
    }
    validator.report(
      issue.message, at: node.place(of: issue.path) ?? stage.key, help: issue.help)
  }
}

extension ArtifactType {
  /// As it stands in a sentence: `a model`, `responses`.
  var noun: String {
    if rawValue.hasSuffix("s") { return rawValue }
    return ("aeiou".contains(rawValue.prefix(1)) ? "an " : "a ") + rawValue
  }
}
