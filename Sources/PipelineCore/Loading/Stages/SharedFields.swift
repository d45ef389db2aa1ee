import Fields

/// The fields that are written once, at the top of a pipeline, for every stage whose kind has a
/// field of the same name: `response_format`. They hold no mistakes any more: these have been
/// reported.
struct SharedFields {
  private var entries: [YAMLNode.Entry] = []
  private let root: YAMLNode
  private let names: Set<String>

  /// - Parameter root: the pipeline, whose fields at the top have been read.
  init(of root: YAMLNode, _ kinds: StageKinds, _ log: LoadLog) {
    self.root = root
    names = Set(kinds.shared.map(\.name))
    for field in kinds.shared {
      guard let entry = root[field.name], !entry.value.isRefused else { continue }
      // A mistake is reported once, here, and not for every stage.
      entries.append(
        YAMLNode.Entry(
          key: entry.key, value: entry.value.removingMistakes(log.validator.diagnostics)))
    }
  }

  /// The fields that stages of a kind have, as a map; nil if there are none.
  subscript(kind: any StageKind) -> YAMLNode? {
    let own = entries.filter { kind.fields[$0.name] != nil }
    guard !own.isEmpty else { return nil }
    return YAMLNode(.mapping(own), file: root.file, range: root.range, home: root.home)
  }

  /// True if a stage's own value of a shared field is another one by name, to which the fields
  /// written at the top do not belong.
  func beginsAnew(_ path: [String], _ node: YAMLNode, _ base: YAMLNode) -> Bool {
    Self.beginsAnew(path, node, base, among: names)
  }

  /// The same for two values at one level, such as those of a file and of one that extends it.
  static func beginsAnew(
    _ path: [String], _ node: YAMLNode, _ base: YAMLNode, among names: Set<String>
  ) -> Bool {
    guard path.count == 1, names.contains(path[0]), let own = node["name"]?.value.text else {
      return false
    }
    return own != base["name"]?.value.text
  }

  /// Warns about fields in the pipeline's own file that no stage has.
  static func warnAboutUnused(
    _ stages: [StageDraft], of root: YAMLNode, in text: PipelineText, _ log: LoadLog
  ) {
    for field in text.kinds.shared {
      guard let entry = root[field.name], entry.key.file === text.source,
        !stages.contains(where: { $0.kind?.fields[field.name] != nil })
      else { continue }
      log.diagnostics.append(
        Diagnostic(
          .warning, "no stage has '\(field.name)', so it changes nothing", at: entry.key.range,
          in: entry.key.file))
    }
  }
}
