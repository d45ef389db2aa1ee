import Fields
package import Foundation

extension Pipeline {
  /// The most points, and the most inputs of points, that a pipeline may have.
  static let sizeLimit = 20_000

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
    let text = PipelineText(
      source: source, overrides: overrides, kinds: kinds, directory: directory, files: files)
    let log = LoadLog(source, top: PipelineFields.top(of: kinds))
    return (resolve(text, log), log.sorted())
  }

  /// Runs the passes from text to pipeline. Each takes the values of earlier passes and makes one:
  /// `PipelineText → Composed → Drafts → Swept → [ReadStage] → LinkedStages → Pipeline`. Each
  /// continues after a mistake as far as possible, and later passes skip what an earlier one found
  /// broken, so that one mistake gives one message.
  private static func resolve(_ text: PipelineText, _ log: LoadLog) -> ResolvedPipeline? {
    guard let composed = Composed(text, log) else { return nil }
    let drafts = Drafts(composed, of: text, log)
    let swept = Swept(drafts, of: composed, log)
    let read = ReadStage.all(of: swept, in: composed, of: text, log)
    let linked = LinkedStages(read, broken: drafts.brokenStages, kinds: text.kinds, log)
    composed.warnAboutSweptOverrides(swept, log)
    drafts.warnAboutUnusedDefaults(of: composed, in: text, log)
    composed.variables.refuseUnknown(log)
    composed.variables.warnAboutUnused(log)
    let axes = swept.axes + drafts.top.seedAxis(at: composed.root)
    let pipeline = log.hasErrors ? nil : Pipeline(drafts.top, axes, linked.stages)
    // The size is checked first, because the rules are evaluated for every point.
    if let pipeline, StageGraph.size(of: pipeline, limit: sizeLimit) == nil {
      let root = composed.root
      log.report(
        "the sweep splits the pipeline into more than \(sizeLimit) points and inputs",
        at: root["sweep"]?.key ?? root["seeds"]?.key ?? root["stages"]?.key ?? root,
        help: "sweep fewer values at once")
      return nil
    }
    if swept.isSound {
      RuleCheck(linked, axes: axes, numerics: drafts.top.numerics, log).run()
    }
    guard let pipeline, !log.hasErrors else { return nil }
    return ResolvedPipeline(
      pipeline: pipeline, root: composed.root,
      stages: linked.stages.compactMap(ResolvedPipeline.Stage.init), axes: axes,
      directory: text.directory)
  }

  /// - Precondition: the log has no errors.
  private init(_ top: TopFields, _ axes: [AxisDraft], _ stages: [ReadStage]) {
    self.init(
      name: top.name, description: top.description, numerics: top.numerics ?? .exact,
      seeds: top.seeds.map(UInt64.init), axes: axes.map(\.axis),
      stages: stages.compactMap(\.declaration))
  }
}

/// The text of a pipeline, with all that is needed to read it.
struct PipelineText {
  let source: SourceFile
  /// `PATH=VALUE` texts, applied in order.
  let overrides: [String]
  let kinds: StageKinds
  /// The folder against which relative paths in the file are resolved.
  let directory: URL
  /// Reads the files named by `extends`.
  let files: any PipelineFiles
}

extension ResolvedPipeline.Stage {
  fileprivate init?(_ stage: ReadStage) {
    guard let kind = stage.kind, let declaration = stage.declaration else { return nil }
    self.init(
      name: stage.name, key: stage.key, node: stage.node, kind: kind, members: stage.members,
      inputs: declaration.inputs)
  }
}
