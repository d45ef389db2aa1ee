import Fields

/// One `--set PATH=VALUE`: a change of the file's node tree before validation, so that it is
/// validated like the file and gives the same keys as editing the file.
struct Override {
  /// The whole argument as a source file named `--set#1`, so that messages can show it.
  let file: SourceFile
  /// The keys from the root of the file's tree; each has its position in the argument.
  let keys: [YAMLNode]
  let value: YAMLNode

  var path: [String] { keys.compactMap(\.text) }

  /// Parses an argument.
  /// - Parameter number: its 1-based position among the `--set`s.
  static func read(
    _ argument: String, number: Int
  ) -> (override: Override?, diagnostics: [Diagnostic]) {
    let file = SourceFile(name: "--set#\(number)", text: argument)
    let scalars = argument.unicodeScalars
    func failure(_ message: String, column: Int, help: String? = nil) -> (Override?, [Diagnostic]) {
      let range = SourceRange(line: 1, column: column)
      return (nil, [Diagnostic(.error, message, at: range, in: file, help: help)])
    }
    guard let equals = scalars.firstIndex(of: "=") else {
      return failure(
        "expected PATH=VALUE, found \(argument.quoted)", column: 1,
        help: "write the field's path and its value: rl.train.max_steps=200")
    }
    let keys = keys(in: String(scalars[..<equals]), file: file)
    if let empty = keys.first(where: { $0.text == "" }) {
      return failure("a name is missing in the path", column: empty.range.column)
    }
    // Blanking out the text before the value keeps the value's position in the argument.
    let start = scalars.index(after: equals)
    let length = scalars.distance(from: scalars.startIndex, to: start)
    let blanked = String(repeating: " ", count: length) + String(scalars[start...])
    let (value, diagnostics) = YAMLComposer.compose(blanked, in: file)
    guard let value else {
      return diagnostics.isEmpty
        ? failure("a value is missing after '='", column: length + 1, help: "write null for none")
        : (nil, diagnostics)
    }
    return (Override(file: file, keys: keys, value: value), diagnostics)
  }

  /// The names in the path. After `sweep.grid` or `sweep.zip` the rest is one name: the path of the
  /// swept field.
  private static func keys(in path: String, file: SourceFile) -> [YAMLNode] {
    let parts = path.split(separator: ".", maxSplits: Int.max, omittingEmptySubsequences: false)
    var names = parts.map(String.init)
    if names.first == "sweep", names.count > 2, ["grid", "zip"].contains(names[1]) {
      names = Array(names[..<2]) + [names[2...].joined(separator: ".")]
    }
    var column = 1
    return names.map { name in
      let length = name.unicodeScalars.count
      defer { column += length + 1 }
      return YAMLNode(
        .scalar(text: name, isPlain: true), file: file,
        range: SourceRange(line: 1, column: column, length: length))
    }
  }

  func with(_ value: YAMLNode) -> Override { Override(file: file, keys: keys, value: value) }

  /// The tree with this change made: the value replaces the node at the path, and `null` removes
  /// it.
  /// - Parameter top: the fields at the top of a pipeline.
  /// - Throws: a diagnostic when the path's first key does not exist.
  func applied(to root: YAMLNode, top: GroupDescriptor) throws(Diagnostic) -> YAMLNode {
    guard let first = keys.first, let name = first.text else { return root }
    if name == "extends" {
      throw Diagnostic(
        .error, "'extends' cannot be set: only a file extends others", at: first.range, in: file)
    }
    let fields = top.fields.map(\.name)
    if fields.contains(name), name != "stages" || keys.count == 1 {
      return changed(root, at: keys)
    }
    let stages = root["stages"]?.value.entries ?? []
    let names = stages.map(\.name)
    guard let stage = stages.first(where: { $0.name == name }) else {
      let isLong = name == "stages" && keys.count > 1
      let unknown = UnknownName("stage or pipeline field", name, among: names + fields)
      throw Diagnostic(
        .error, unknown.statement, at: first.range, in: file,
        help: isLong
          ? "leave out 'stages.': \(path.dropFirst().joined(separator: "."))=…"
          : unknown.suggestion)
    }
    // Keys above the change keep their positions in the file.
    let above = root["stages"]?.key ?? first
    let path = [above, keys.count == 1 ? first : stage.key] + keys.dropFirst()
    return changed(root, at: path)
  }

  private func changed(_ root: YAMLNode, at path: [YAMLNode]) -> YAMLNode {
    let names = path.compactMap(\.text)
    if value.isExplicitNull, root.value(at: names) != nil { return root.removing(at: names[...]) }
    return root.setting(value, at: path[...])
  }
}
