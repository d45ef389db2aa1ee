import Fields
import Foundation

// Composes one tree from several texts: the extended files, the variables and the `--set`
// overrides.
extension PipelineLoader {
  /// The most files that a pipeline may consist of, and the deepest chain of `extends`.
  static let fileLimit = 64
  static let extendsDepthLimit = 16

  /// The file's tree merged over those it extends, with variables filled in and overrides applied;
  /// nil if too little is left to be worth validating.
  mutating func composed(_ arguments: [String]) -> YAMLNode? {
    let (own, found) = YAMLComposer.compose(source)
    diagnostics += found
    for (index, argument) in arguments.enumerated() {
      let (override, found) = Override.read(argument, number: index + 1)
      diagnostics += found
      if let override {
        pending.append(override)
      } else {
        isSweepSound = false
      }
    }
    guard let own else {
      if found.isEmpty {
        diagnostics.append(
          Diagnostic(
            .error, "the file is empty", at: SourceRange(line: 1, column: 1), in: source,
            help: "a pipeline needs 'version', 'name' and 'stages'"))
      }
      return nil
    }
    if own.isRefused { return nil }
    guard own.entries != nil else {
      validator.report("a pipeline is a map, but this is \(own.described)", at: own)
      return nil
    }
    ownVariables = own["vars"]?.value.entries ?? []
    let path = directory.appendingPathComponent((source.name as NSString).lastPathComponent)
    let start = ExtendingFile(
      file: source, path: files.resolved(path.standardizedFileURL.path), folder: directory)
    guard let layers = layers(of: own, in: [start]) else { return nil }
    return changed(filled(layers))
  }

  // MARK: Files

  /// A file in the chain of `extends`, from the first file to the one being read.
  struct ExtendingFile {
    let file: SourceFile
    let path: String
    let folder: URL
  }

  /// The trees of a file and of all it extends, the base first; nil if one of them could not be
  /// read.
  private mutating func layers(of root: YAMLNode, in trail: [ExtendingFile]) -> [YAMLNode]? {
    guard let entry = root["extends"], !entry.value.isExplicitNull else { return [root] }
    let below = root.removing(["extends"])
    let names: [YAMLNode]
    switch entry.value.content {
    case .refused: return nil
    case .sequence(let elements) where !elements.isEmpty: names = elements
    default: names = [entry.value]
    }
    var layers: [YAMLNode]? = []
    for name in names {
      let place = name.range.isEmpty ? entry.key : name
      if let found = extended(name, at: place, in: trail) {
        layers?.append(contentsOf: found)
      } else {
        layers = nil
      }
    }
    return layers.map { $0 + [below] }
  }

  private mutating func extended(
    _ name: YAMLNode, at place: YAMLNode, in trail: [ExtendingFile]
  ) -> [YAMLNode]? {
    guard let parent = trail.last, !name.isRefused else { return nil }
    guard let path = name.text, !path.isEmpty else {
      validator.report(
        "expected a file's path for 'extends', found \(name.described)", at: place,
        help: "write extends: base.yaml, or a list of files, of which later ones win")
      return nil
    }
    guard !path.contains("${") else {
      validator.report("variables cannot be used in 'extends'", at: place)
      return nil
    }
    guard !path.hasPrefix("/") else {
      validator.report(
        "'extends' takes a path from this file's folder, not an absolute one", at: place)
      return nil
    }
    let target = parent.folder.absoluteURL.appendingPathComponent(path).standardizedFileURL
    let project = files.project(around: directory).absoluteURL.standardizedFileURL.path
    let real = files.resolved(target.path)
    guard target.path.isInside(project), real.isInside(files.resolved(project)) else {
      validator.report(
        "\(path.quoted) leads out of the project", at: place,
        help: "what a pipeline extends is in \(project)")
      return nil
    }
    if let start = trail.firstIndex(where: { $0.path == real }) {
      let circle = (trail[start...] + [trail[start]]).map(\.file.name)
      validator.report(
        "files extend each other in a circle: \(circle.joined(separator: " → "))", at: place)
      return nil
    }
    guard trail.count < Self.extendsDepthLimit, folders.count < Self.fileLimit else {
      validator.report(
        trail.count < Self.extendsDepthLimit
          ? "a pipeline may be made of at most \(Self.fileLimit) files"
          : "files may extend each other at most \(Self.extendsDepthLimit) levels deep",
        at: place)
      return nil
    }
    let shown = parent.file.name.beside(path)
    do {
      let file = try SourceFile(name: shown, bytes: try files.bytes(of: real))
      let folder = target.deletingLastPathComponent()
      folders.append((file, folder))
      return layers(
        of: file, in: trail + [ExtendingFile(file: file, path: real, folder: folder)], at: place)
    } catch let problem as UnreadableFile {
      validator.report(
        "cannot read \(path.quoted): \(problem)", at: place, help: "looked for \(target.path)")
    } catch let diagnostic as Diagnostic {
      diagnostics.append(diagnostic)
    } catch {
      validator.report("cannot read \(path.quoted): \(error.inWords)", at: place)
    }
    return nil
  }

  private mutating func layers(
    of file: SourceFile, in trail: [ExtendingFile], at place: YAMLNode
  ) -> [YAMLNode]? {
    let (root, found) = YAMLComposer.compose(file)
    diagnostics += found
    guard let root, !root.isRefused else {
      if found.isEmpty { validator.report("\(file.name.quoted) is empty", at: place) }
      return nil
    }
    guard root.entries != nil else {
      validator.report("a pipeline is a map, but this is \(root.described)", at: root)
      return nil
    }
    return layers(of: root, in: trail)
  }

  /// The folder against which relative paths in a node are resolved.
  func folder(of node: YAMLNode) -> URL {
    folders.first { $0.file === node.home }?.folder ?? directory
  }

  // MARK: Variables

  /// The layers merged into one tree with their variables filled in. All layers share one set of
  /// variables: a later file's `vars` change the values that an earlier file uses.
  private mutating func filled(_ layers: [YAMLNode]) -> YAMLNode {
    var vars: YAMLNode?
    for entry in layers.compactMap({ $0["vars"] }) {
      let above = entry.value
      if above.entries == nil, !above.isRefused, !above.isExplicitNull {
        validator.report(
          "expected a map for 'vars', found \(above.described)", at: entry.place)
      } else {
        vars = above.isExplicitNull ? nil : vars.map { above.merged(over: $0) } ?? above
      }
    }
    let written = vars?.entries?.map(\.name) ?? []
    for override in pending where override.path.first == "vars" {
      vars = changed(vars, by: override)
      let names = override.keys.count > 1 ? [override.keys[1]] : override.value.entries?.map(\.key)
      for name in names ?? [] where !written.contains(name.text ?? "") { newVariables.append(name) }
    }
    variableNames = written
    pending.removeAll { $0.path.first == "vars" }
    variables = Variables(vars)
    variables.checkAll()
    let filled = layers.map { layer in
      let layer = layer.removing(["vars"])
      // Most files use no variables and need no copy of the tree.
      return layer.file.text.utf8.contains(UInt8(ascii: "$")) ? variables.filled(layer) : layer
    }
    return filled.dropFirst().reduce(filled[0]) {
      $1.merged(over: $0, replaces: Self.isAnotherKind)
    }
  }

  private mutating func changed(_ vars: YAMLNode?, by override: Override) -> YAMLNode? {
    let path = override.keys.dropFirst()
    guard !path.isEmpty else {
      if override.value.entries != nil || override.value.isRefused { return override.value }
      if override.value.isExplicitNull { return nil }
      validator.report(
        "expected a map for 'vars', found \(override.value.described)", at: override.value)
      return vars
    }
    let start = vars ?? YAMLNode(.mapping([]), file: override.file, range: override.keys[0].range)
    return start.setting(override.value, at: path)
  }

  /// True if a stage changes its kind. It is then a different stage, and nothing of the extended
  /// one is merged into it.
  private static func isAnotherKind(_ path: [String], _ node: YAMLNode, _ base: YAMLNode) -> Bool {
    guard path.count == 2, path[0] == "stages", let own = node["kind"]?.value.text,
      let below = base["kind"]?.value.text
    else { return false }
    return own != below
  }

  /// Reports variables that only `--set` writes and that nothing uses: they are probably misspelt,
  /// and the variable that was meant keeps its old value.
  mutating func refuseUnknownVariables() {
    for node in newVariables {
      guard let name = node.text, !name.isEmpty, !variables.used.contains(name) else { continue }
      let unknown = UnknownName("variable", name, among: variableNames)
      validator.report(unknown.statement, at: node, help: unknown.help)
    }
  }

  /// Only variables written in this file are checked: an extended file may offer more than this one
  /// needs.
  mutating func warnAboutUnusedVariables() {
    for entry in ownVariables where entry.name.isMapKey && !variables.used.contains(entry.name) {
      diagnostics.append(
        Diagnostic(
          .warning, "nothing uses the variable '\(entry.name)'", at: entry.key.range,
          in: entry.key.file))
    }
  }

  // MARK: Overrides

  private mutating func changed(_ root: YAMLNode) -> YAMLNode {
    var root = root
    for override in pending {
      let override = override.with(variables.filled(override.value))
      do throws(Diagnostic) {
        root = try override.applied(to: root)
        overrides.append(override)
      } catch {
        diagnostics.append(error)
        isSweepSound = false
      }
    }
    return root
  }
}

extension String {
  /// True if a path is this folder or inside it.
  fileprivate func isInside(_ folder: String) -> Bool {
    self == folder || hasPrefix(folder.hasSuffix("/") ? folder : folder + "/")
  }

  /// The name of a file given relative to this file's name: `../b.yaml` seen from
  /// `pipelines/a.yaml` is `b.yaml`.
  fileprivate func beside(_ path: String) -> String {
    var parts = split(separator: "/", omittingEmptySubsequences: false).dropLast()[...]
    for part in path.split(separator: "/") where part != "." {
      if part == "..", let last = parts.last, last != "..", !last.isEmpty {
        parts.removeLast()
      } else {
        parts.append(part)
      }
    }
    return parts.joined(separator: "/")
  }
}
