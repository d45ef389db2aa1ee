import Fields
package import Foundation

extension Pipeline {
  /// Reads a pipeline from its YAML. Needs no data, no weights and no network; checkpoints are only
  /// checked as far as possible without reading their weights.
  /// - Parameters:
  ///   - overrides: `PATH=VALUE` texts, applied in order.
  ///   - directory: the folder against which relative paths in the file are resolved.
  ///   - files: reads the files named by `extends`.
  /// - Returns: the pipeline unless there is an error, and every diagnostic in reading order.
  package static func load(
    _ source: SourceFile, overrides: [String] = [], kinds: StageKinds, directory: URL,
    files: any PipelineFiles = DiskFiles()
  ) -> (pipeline: Pipeline?, diagnostics: [Diagnostic]) {
    let (resolved, diagnostics) = resolve(
      source, overrides: overrides, kinds: kinds, directory: directory, files: files)
    return (resolved?.pipeline, diagnostics)
  }

  /// Like `load`, but also says where each value comes from.
  package static func resolve(
    _ source: SourceFile, overrides: [String] = [], kinds: StageKinds, directory: URL,
    files: any PipelineFiles = DiskFiles()
  ) -> (resolved: ResolvedPipeline?, diagnostics: [Diagnostic]) {
    var loader = PipelineLoader(source: source, kinds: kinds, directory: directory, files: files)
    let resolved = loader.load(overrides)
    return (resolved, loader.sorted())
  }
}

/// Runs the passes from text to pipeline. Each pass continues after a mistake as far as possible,
/// and later passes skip what an earlier one found broken, so that one mistake gives one message.
struct PipelineLoader {
  /// The most points, and the most inputs of points, that a pipeline may have.
  static let sizeLimit = 20_000

  let source: SourceFile
  let kinds: StageKinds
  let directory: URL
  let files: any PipelineFiles
  /// The extended files, each with the folder against which its relative paths are resolved.
  var folders: [(file: SourceFile, folder: URL)] = []
  var variables = Variables(nil)
  var ownVariables: [YAMLNode.Entry] = []
  /// The variables that files write; then those that only `--set` writes.
  var variableNames: [String] = []
  var newVariables: [YAMLNode] = []
  /// The overrides that have not been applied yet.
  var pending: [Override] = []
  var validator = Validator()
  var diagnostics: [Diagnostic] = []
  var overrides: [Override] = []
  var stages: [StageDraft] = []
  var axes: [AxisDraft] = []
  /// The fields set by an axis, to report two axes that set the same field.
  var claimedFields: [AxisDraft.Field] = []
  /// The fields of presets, by name.
  var presetTrees: [String: YAMLNode] = [:]
  /// The fields written in `defaults`, by kind.
  var defaults: [String: YAMLNode] = [:]
  /// Stages that are not maps or were written twice; references to them are not reported again.
  var brokenStages: Set<String> = []
  /// True if the axes are complete: no mistake has removed one.
  var isSweepSound = true
  /// All fields that may be written in a stage, by kind; built once, since large kinds have many
  /// fields.
  var groups: [String: GroupDescriptor] = [:]

  init(
    source: SourceFile, kinds: StageKinds, directory: URL, files: any PipelineFiles
  ) {
    self.source = source
    self.kinds = kinds
    self.directory = directory
    self.files = files
  }

  mutating func load(_ arguments: [String]) -> ResolvedPipeline? {
    guard let root = composed(arguments), let entries = root.entries else { return nil }
    return pipeline(from: root, entries).map { pipeline in
      ResolvedPipeline(
        pipeline: pipeline, root: root,
        stages: stages.compactMap { stage in
          guard let kind = stage.kind, let declaration = stage.declaration else { return nil }
          return ResolvedPipeline.Stage(
            name: stage.name, key: stage.key, node: stage.node, kind: kind,
            members: stage.members, inputs: declaration.inputs)
        },
        axes: axes, directory: directory)
    }
  }

  private mutating func pipeline(from root: YAMLNode, _ entries: [YAMLNode.Entry]) -> Pipeline? {
    let place = Validator.Place(path: [], node: root, root: PipelineFields.top)
    let top = validator.members(
      of: entries, in: PipelineFields.top, at: place,
      except: ["stages", "sweep", "extends", "vars", "defaults"])
    checkName(top["name"], at: root["name"])
    let seeds = top["seeds"]?.listValue?.compactMap(\.intValue) ?? []
    checkSeeds(seeds, at: root["seeds"])
    if let written = root["seeds"], written.value.elements?.count != seeds.count {
      isSweepSound = false
    }
    // An unknown field may be a misspelt `sweep`; a dropped duplicate may hold half of the stages.
    if !root.dropped.isEmpty || entries.contains(where: { PipelineFields.top[$0.name] == nil }) {
      isSweepSound = false
    }
    for entry in root.dropped where entry.name == "stages" {
      brokenStages.formUnion(entry.value.entries?.map(\.name) ?? [])
    }

    readDefaults(root["defaults"])
    readStages(root["stages"])
    readSweep(root["sweep"])
    for index in stages.indices {
      readFields(ofStage: index)
      readInputs(ofStage: index)
      readNamedFiles(ofStage: index)
    }
    checkInputs()
    checkCycles()
    warnAboutSweptOverrides()
    warnAboutUnusedDefaults(root["defaults"])

    if seeds.count > 1 {
      axes.append(
        AxisDraft(
          fields: [AxisDraft.Field(path: Axis.seedPath)], rows: seeds.map { [(.int($0), root)] }))
    }
    // An invalid value has been reported; nil means that numerics are unknown.
    let numerics =
      root["numerics"].map { $0.value.text.flatMap(Numerics.init) } ?? Numerics.exact
    refuseUnknownVariables()
    warnAboutUnusedVariables()
    let pipeline =
      hasErrors
      ? nil
      : Pipeline(
        name: top["name"]?.stringValue ?? "",
        description: top["description"]?.stringValue ?? "",
        numerics: top["numerics"]?.stringValue.flatMap(Numerics.init) ?? .exact,
        seeds: seeds.map(UInt64.init),
        axes: axes.map { axis in
          Axis(
            paths: axis.fields.map(\.path), rows: axis.rows.map { row in row.map(\.value) })
        },
        stages: stages.compactMap(\.declaration))
    // The size is checked first, because the rules are evaluated for every point.
    if let pipeline, StageGraph.size(of: pipeline, limit: Self.sizeLimit) == nil {
      let culprit = root["sweep"]?.key ?? root["seeds"]?.key ?? root["stages"]?.key ?? root
      validator.report(
        "the sweep splits the pipeline into more than \(Self.sizeLimit) points and inputs",
        at: culprit, help: "sweep fewer values at once")
      return nil
    }
    checkRules(numerics)
    return hasErrors ? nil : pipeline
  }

  private mutating func checkName(_ value: FieldValue?, at entry: YAMLNode.Entry?) {
    guard let entry, let name = value?.stringValue, !name.isSlug else { return }
    validator.report(
      "\(name.quoted) cannot name a pipeline", at: entry.place,
      help: "start with a lower-case letter; use lower-case letters, digits, _ and -")
  }

  private mutating func checkSeeds(_ seeds: [Int], at entry: YAMLNode.Entry?) {
    var seen: [Int: Int] = [:]
    for (index, seed) in seeds.enumerated() {
      guard let earlier = seen.updateValue(seen[seed] ?? index, forKey: seed),
        let nodes = entry?.value.elements, nodes.indices.contains(index)
      else { continue }
      validator.report(
        "seed \(seed) is given twice", at: nodes[index],
        notes: [
          Diagnostic.Note("first given here", at: nodes[earlier].range, in: nodes[earlier].file)
        ])
    }
  }

  private mutating func warnAboutSweptOverrides() {
    for override in overrides where PipelineFields.top[override.path.first ?? ""] == nil {
      let path = override.path.joined(separator: ".")
      let swept = axes.lazy.compactMap { axis in
        axis.fields.first { "\($0.path).".hasPrefix("\(path).") }.map { (axis.form, $0) }
      }.first
      guard let (form, field) = swept, let key = field.key, let node = override.keys.last
      else { continue }
      diagnostics.append(
        Diagnostic(
          .warning, "\(path.quoted) is swept, so setting it here changes nothing", at: node.range,
          in: override.file,
          notes: [Diagnostic.Note("swept here", at: key.range, in: key.file)],
          help: form == "points"
            ? "change the points under 'sweep'"
            : "sweep another list: --set 'sweep.\(form).\(field.path)=[…]'"))
    }
  }

  var hasErrors: Bool {
    diagnostics.hasErrors || variables.diagnostics.hasErrors || validator.diagnostics.hasErrors
  }

  /// The file's diagnostics first, then those of extended files, then those of each `--set`; each
  /// mistake once.
  func sorted() -> [Diagnostic] {
    var seen: Set<String> = []
    let all = (diagnostics + variables.diagnostics + validator.diagnostics).filter { diagnostic in
      let range = diagnostic.range
      return seen.insert(
        "\(diagnostic.file.name):\(range.line):\(range.column):\(diagnostic.message)"
      ).inserted
    }
    let order = [source] + folders.map(\.file)
    let groups = order.map { file in all.filter { $0.file === file } }
    let others = all.filter { found in !order.contains { $0 === found.file } }.sorted {
      $0.file.name.utf8.count == $1.file.name.utf8.count
        ? $0.file.name < $1.file.name : $0.file.name.utf8.count < $1.file.name.utf8.count
    }
    return groups.flatMap { $0.sortedByPosition() } + others.sortedByPosition()
  }
}
