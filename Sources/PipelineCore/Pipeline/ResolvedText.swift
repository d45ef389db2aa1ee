import Fields

/// Lines of YAML, each with the origin of its value.
struct ResolvedText {
  private var lines: [(text: String, origin: String?)] = []
  private var indent = ""
  /// The open maps: the index of each one's first line, and the node it comes from.
  private var maps: [(line: Int, node: YAMLNode?)] = []

  /// Opens a map.
  mutating func open(_ name: String, from node: YAMLNode? = nil) {
    maps.append((lines.count, node))
    lines.append(("\(indent)\(name):", nil))
    indent += "  "
  }

  /// Closes a map. An empty map is written as a value, `{}`.
  mutating func close() {
    indent.removeLast(2)
    let (line, node) = maps.removeLast()
    if line == lines.count - 1 {
      lines[line] = (lines[line].text + " {}", Self.origin(of: node))
    }
  }

  mutating func line(_ text: String, from node: YAMLNode?) {
    lines.append((indent + text, Self.origin(of: node)))
  }

  mutating func value(_ value: FieldValue, _ name: String, from node: YAMLNode?) {
    line("\(Self.flow(.string(name))): \(Self.flow(value))", from: node)
  }

  /// Writes a field with the fields inside it. Optional fields without a value are omitted.
  mutating func field(_ field: FieldDescriptor, _ value: FieldValue, _ node: YAMLNode?) {
    if value.isAbsent { return }
    typed(field.type, value, field.name, node)
  }

  private mutating func typed(
    _ type: FieldType, _ value: FieldValue, _ name: String, _ node: YAMLNode?
  ) {
    guard let members = value.mapValue else {
      guard type == .scalar else { return self.value(value, name, from: node) }
      return line("\(Self.flow(.string(name))): \(Self.untyped(value))", from: node)
    }
    switch type {
    case .group(let group):
      open(name, from: node)
      for inner in group.fields {
        field(inner, members[inner.name] ?? .absent, node?[inner.name]?.value)
      }
      close()
    case .map(let element, _):
      open(name, from: node)
      // Members that the file wrote keep its order; the others follow, sorted.
      let written = (node?.entries ?? []).map(\.name).filter { members[$0] != nil }
      let rest = members.keys.filter { !written.contains($0) }.sorted()
      for key in written + rest { typed(element, members[key] ?? .absent, key, node?[key]?.value) }
      close()
    default: self.value(value, name, from: node)
    }
  }

  /// A value whose type only its text shows: a whole float keeps its decimal point.
  private static func untyped(_ value: FieldValue) -> String {
    let text = flow(value)
    guard case .float = value,
      text.utf8.allSatisfy({ $0 == UInt8(ascii: "-") || $0 >= 48 && $0 < 58 })
    else { return text }
    return text + ".0"
  }

  func rendered(showsOrigins: Bool) -> String {
    let width = min(60, lines.filter { $0.origin != nil }.map(\.text.count).max() ?? 0)
    return lines.map { line in
      guard showsOrigins, let origin = line.origin else { return line.text + "\n" }
      let gap = String(repeating: " ", count: max(0, width - line.text.count) + 2)
      return line.text + gap + "# \(origin)\n"
    }.joined()
  }

  /// The origin of a node: `experiment.yaml:12`, `preset dr_grpo:4`, `--set#1` or `default`,
  /// followed by the positions of the variables and aliases it came through.
  private static func origin(of node: YAMLNode?) -> String {
    guard let node else { return "default" }
    func place(_ file: SourceFile, _ range: SourceRange) -> String {
      file.name.hasPrefix("--set#") ? file.name : "\(file.name):\(range.line)"
    }
    let written = node.references.map { "\($0.name) at \(place($0.file, $0.range))" }
    return ([place(node.file, node.range)] + written).joined(separator: ", ")
  }

  /// A value as YAML on one line.
  static func flow(_ value: FieldValue) -> String {
    switch value {
    case .absent: "null"
    case .bool, .int, .float, .number: value.text
    case .string(let text): quoted(text)
    case .list(let elements): "[" + elements.map(flow).joined(separator: ", ") + "]"
    case .map(let members):
      "{"
        + members.filter { !$0.value.isAbsent }.sorted { $0.key < $1.key }
        .map { "\(quoted($0.key)): \(flow($0.value))" }.joined(separator: ", ") + "}"
    }
  }

  private static func quoted(_ text: String) -> String {
    let isWord = text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."),
        UInt8(ascii: "-"), UInt8(ascii: "/"):
        true
      default: false
      }
    }
    if isWord, !text.hasPrefix("-"), !text.isEmpty, CoreScalar(text, isPlain: true) == .string(text)
    {
      return text
    }
    return JSONText.string(text.replacing("${", with: "$${")).compact
  }
}
