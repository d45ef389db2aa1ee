import Fields

/// The last pass: checks the kinds' own rules, which involve several stages, or several fields of
/// one stage.
struct RuleCheck {
  private let stages: LinkedStages
  private let sound: [ReadStage]
  private let axes: [AxisDraft]
  private let numerics: Numerics?
  private let log: LoadLog
  /// The paths of the axes that split each sound stage, in the axes' order.
  private let splits: [String: [String]]

  /// - Parameter numerics: nil if it is invalid.
  init(_ stages: LinkedStages, axes: [AxisDraft], numerics: Numerics?, _ log: LoadLog) {
    self.stages = stages
    self.axes = axes
    self.numerics = numerics
    self.log = log
    sound = stages.sound()
    let reach = AxisReach(of: sound.compactMap(\.declaration), over: axes.map(\.axis))
    let paths = axes.flatMap(\.fields).map(\.path)
    splits = reach.paths.mapValues { reaching in paths.filter(reaching.contains) }
  }

  /// Checks the rules for every setting of the axes that reach a stage or its direct inputs.
  func run() {
    for stage in sound {
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
          inputs[input.role, default: []].append(upstream(input, at: values))
        }
        let config = declaration.config(at: values)
        let issues =
          Capability.issues(ofStage: stage.name, requiring: kind.requires(config), of: inputs)
          + kind.issues(in: config, inputs: inputs, numerics: numerics)
        for issue in issues { report(issue, of: stage, at: setting) }
      }
    }
  }

  /// A source as rules see it; one from outside has no configuration.
  private func upstream(
    _ input: StageInput, at values: [AxisValue]
  ) -> UpstreamStage {
    let name: String
    switch input.source {
    case .external(let external): return .external(external, label: input.label)
    case .stage(let stage): name = stage
    }
    guard let declaration = stages[name]?.declaration else {
      return UpstreamStage(stage: name, kind: nil, config: .absent, label: input.label)
    }
    let config = declaration.config(at: values)
    let labels = declaration.inputs.reduce(into: [String: [String]]()) { labels, input in
      if let label = input.label { labels[input.role, default: []].append(label) }
    }
    return UpstreamStage(
      stage: name, kind: declaration.kind, config: config,
      output: declaration.kind.output(of: config), provides: declaration.kind.provides(config),
      label: input.label, labels: labels, axes: splits[name] ?? [],
      axisValues: axisValues(of: splits[name] ?? []))
  }

  /// The values of swept fields, by path.
  private func axisValues(of paths: [String]) -> [String: [FieldValue]] {
    var found: [String: [FieldValue]] = [:]
    for axis in axes {
      for (index, field) in axis.fields.enumerated() where paths.contains(field.path) {
        found[field.path] = axis.axis.settings.map { $0[index].shown }
      }
    }
    return found
  }

  /// One value for each of some fields.
  private typealias Setting = [(field: AxisDraft.Field, value: AxisDraft.Value)]

  /// Every combination of values. Too many are reduced to the first value; the size check reports
  /// them.
  private func settings(of axes: [AxisDraft]) -> [Setting] {
    var settings: [Setting] = [[]]
    for axis in axes where !axis.rows.isEmpty {
      let rows = settings.count * axis.rows.count > Pipeline.sizeLimit ? [axis.rows[0]] : axis.rows
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
  private func report(_ issue: FieldIssue, of stage: ReadStage, at setting: Setting) {
    var node = stage.node
    for (field, value) in setting where field.parts[0] == stage.name {
      node = node.setting(value.node, at: field.keys[...])
    }
    let place = node.place(of: issue.path) ?? stage.key
    guard issue.isWarning else {
      return log.report(issue.message, at: place, help: issue.help)
    }
    // The same issue is reported once, even if many settings of a sweep have it.
    let isKnown = log.diagnostics.contains {
      $0.message == issue.message && $0.file === place.file && $0.range == place.range
    }
    guard !isKnown, log.diagnostics.count < Diagnostic.limit else { return }
    log.diagnostics.append(
      Diagnostic(
        .warning, issue.message, at: place.range, in: place.file, notes: place.notes,
        help: issue.help))
  }
}
