import Fields

/// The first pass: one tree, made of the file and those it extends, with variables filled in and
/// overrides applied.
struct Composed {
  let root: YAMLNode
  let entries: [YAMLNode.Entry]
  let folders: FileFolders
  let variables: VariableUse
  /// The overrides that were applied.
  let overrides: [Override]
  /// True unless an override was dropped, which may have been one of the sweep.
  let isSweepSound: Bool

  /// - Returns: nil if too little is left to be worth validating.
  init?(_ text: PipelineText, _ log: LoadLog) {
    let own = YAMLComposer.compose(text.source)
    log.diagnostics += own.diagnostics
    let given = text.overrides.enumerated().map { index, argument in
      let (override, found) = Override.read(argument, number: index + 1)
      log.diagnostics += found
      return override
    }
    guard let root = Self.map(own, of: text, log) else { return nil }
    var extended = ExtendedFiles(text, log)
    guard let layers = extended.layers(of: root) else { return nil }
    folders = extended.folders

    let overrides = given.compactMap { $0 }
    var declared = DeclaredVariables(of: layers, log)
    for override in overrides where override.path.first == "vars" {
      declared.change(by: override, log)
    }
    var variables = Variables(declared.map)
    variables.checkAll()
    let shared = Set(text.kinds.shared.map(\.name))
    let merged = Self.merged(layers, &variables) { path, node, base in
      Self.isAnotherKind(path, node, base)
        || SharedFields.beginsAnew(path, node, base, among: shared)
    }
    let changes = overrides.filter { $0.path.first != "vars" }
    let (tree, applied) = Self.changed(merged, by: changes, &variables, log)
    log.variables = variables.diagnostics
    self.variables = VariableUse(
      used: variables.used, own: Self.variables(of: root), written: declared.written,
      added: declared.added)
    isSweepSound = overrides.count == given.count && applied.count == changes.count
    guard let entries = tree.entries else { return nil }
    self.root = tree
    self.entries = entries
    self.overrides = applied
  }

  /// The tree of the file itself; nil after reporting that it is not a map.
  private static func map(
    _ own: (root: YAMLNode?, diagnostics: [Diagnostic]), of text: PipelineText, _ log: LoadLog
  ) -> YAMLNode? {
    guard let root = own.root else {
      if own.diagnostics.isEmpty {
        log.diagnostics.append(
          Diagnostic(
            .error, "the file is empty", at: SourceRange(line: 1, column: 1), in: text.source,
            help: "a pipeline needs 'version', 'name' and 'stages'"))
      }
      return nil
    }
    if root.isRefused { return nil }
    guard root.entries != nil else {
      log.report("a pipeline is a map, but this is \(root.described)", at: root)
      return nil
    }
    return root
  }

  /// The variables of the pipeline's own file, without those that aliases use.
  private static func variables(of root: YAMLNode) -> [YAMLNode.Entry] {
    guard let entries = root["vars"]?.value.entries else { return [] }
    let aliased = root.aliasedPlaces
    return entries.filter { !$0.value.isAnchored(at: aliased) }
  }

  /// The layers merged into one tree with their variables filled in.
  /// - Parameter replaces: returns true if the upper of two maps replaces the lower as a whole.
  private static func merged(
    _ layers: [YAMLNode], _ variables: inout Variables,
    replaces: ([String], YAMLNode, YAMLNode) -> Bool
  ) -> YAMLNode {
    let filled = layers.map { layer in
      let layer = layer.removing(["vars"])
      // Most files use no variables and need no copy of the tree.
      return layer.file.text.utf8.contains(UInt8(ascii: "$")) ? variables.filled(layer) : layer
    }
    return filled.dropFirst().reduce(filled[0]) {
      $1.merged(over: $0, replaces: replaces)
    }
  }

  /// True if a stage changes its kind. It is then a different stage, and nothing of the extended
  /// one is merged into it.
  private static func isAnotherKind(_ path: [String], _ node: YAMLNode, _ base: YAMLNode) -> Bool {
    guard path.count == 2, path[0] == "stages", let own = node["kind"]?.value.text,
      let below = base["kind"]?.value.text
    else { return false }
    return own != below
  }

  /// The tree with overrides applied, and those that could be.
  private static func changed(
    _ root: YAMLNode, by overrides: [Override], _ variables: inout Variables, _ log: LoadLog
  ) -> (root: YAMLNode, applied: [Override]) {
    var root = root
    var applied: [Override] = []
    for override in overrides {
      let override = override.with(variables.filled(override.value))
      do throws(Diagnostic) {
        root = try override.applied(to: root, top: log.top)
        applied.append(override)
      } catch {
        log.diagnostics.append(error)
      }
    }
    return (root, applied)
  }

  /// Warns about overrides of fields that the sweep sets anyway.
  func warnAboutSweptOverrides(_ swept: Swept, _ log: LoadLog) {
    for override in overrides where log.top[override.path.first ?? ""] == nil {
      let path = override.path.joined(separator: ".")
      let set = swept.axes.lazy.compactMap { axis in
        axis.fields.first { "\($0.path).".hasPrefix("\(path).") }.map { (axis.form, $0) }
      }.first
      guard let (form, field) = set, let key = field.key, let node = override.keys.last
      else { continue }
      log.diagnostics.append(
        Diagnostic(
          .warning, "\(path.quoted) is swept, so setting it here changes nothing", at: node.range,
          in: override.file,
          notes: [Diagnostic.Note("swept here", at: key.range, in: key.file)],
          help: form == "points"
            ? "change the points under 'sweep'"
            : "sweep another list: --set 'sweep.\(form).\(field.path)=[…]'"))
    }
  }
}
