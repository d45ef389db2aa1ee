import Fields

/// The variables of a pipeline and their substitution: `${vars.x}` in a value is replaced by the
/// value of `x` in `vars`.
///
/// A value that consists of one variable takes the variable's value, of any type; within other
/// text, the variable's text is inserted. `$${` means the two characters `${`. Nothing is computed.
struct Variables {
  /// The most values, plus bytes of text, that all substitutions may make together.
  static let sizeLimit = SourceFile.sizeLimit
  /// The deepest chain of variables that use each other.
  static let depthLimit = 32

  private(set) var diagnostics: [Diagnostic] = []
  /// The top-level names in `vars` that were used.
  private(set) var used: Set<String> = []
  private let entries: [YAMLNode.Entry]
  private let byName: [String: YAMLNode.Entry]
  private var known: [String: Resolved] = [:]
  /// The variables being resolved, the first requested first.
  private var trail: [String] = []
  private var size = 0
  private var isFull = false

  private struct Resolved {
    let node: YAMLNode
    let size: Int
  }

  /// - Parameter node: the map of variables; nil for none.
  init(_ node: YAMLNode?) {
    entries = node?.entries ?? []
    byName = Dictionary(entries.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// A copy of a tree with every variable in its values replaced.
  mutating func filled(_ node: YAMLNode) -> YAMLNode {
    switch node.content {
    case .refused: return node
    case .scalar(let text, let isPlain):
      guard text.utf8.contains(UInt8(ascii: "$")), text.contains("${") else { return node }
      return filled(text, isPlain: isPlain, of: node)
    case .sequence(let elements):
      return node.with(.sequence(elements.map { filled($0) }))
    case .mapping(let entries):
      return node.with(
        .mapping(
          entries.map { YAMLNode.Entry(key: $0.key, value: filled($0.value)) }))
    }
  }

  // MARK: One text

  private enum Piece {
    case text(String)
    case variable(path: String, place: YAMLNode)
  }

  private mutating func filled(_ text: String, isPlain: Bool, of node: YAMLNode) -> YAMLNode {
    guard let pieces = pieces(of: text, in: node) else { return node.refused }
    if case .variable(let path, let place) = pieces.first, pieces.count == 1 {
      guard let found = value(path, at: place) else { return node.refused }
      return found.substituted(for: node, named: "vars." + path)
    }
    var whole = ""
    var references: [YAMLNode.Reference] = []
    for piece in pieces {
      switch piece {
      case .text(let text): whole += text
      case .variable(let path, let place):
        guard let found = value(path, at: place) else { return node.refused }
        guard let text = found.text else {
          report(
            "\("vars.\(path)".quoted) is \(found.described), which cannot stand inside text",
            at: place, help: "write \"${vars.\(path)}\" alone as the value")
          return node.refused
        }
        whole += text
        references.append(found.reference(named: "vars." + path))
        references += found.references
      }
    }
    return YAMLNode(
      .scalar(text: whole, isPlain: isPlain), file: node.file, range: node.range,
      references: node.references + references, home: node.home)
  }

  /// Splits a text at its variables; nil after reporting an invalid one.
  private mutating func pieces(of text: String, in node: YAMLNode) -> [Piece]? {
    let scalars = Array(text.unicodeScalars)
    var pieces: [Piece] = []
    var plain = String.UnicodeScalarView()
    var index = 0
    func starts(_ mark: String, at index: Int) -> Bool {
      scalars[index] == "$" && scalars[index...].starts(with: mark.unicodeScalars)
    }
    while index < scalars.count {
      if starts("$${", at: index) {
        plain.append(contentsOf: "${".unicodeScalars)
        index += 3
        continue
      }
      guard starts("${", at: index) else {
        plain.append(scalars[index])
        index += 1
        continue
      }
      guard let end = scalars[index...].firstIndex(of: "}") else {
        report(
          "a '${' is not closed", at: place(index, 2, in: node, text: scalars),
          help: "close it with '}', or write '$${' for the two characters")
        return nil
      }
      let inner = String(String.UnicodeScalarView(scalars[(index + 2)..<end]))
      let place = place(index, end + 1 - index, in: node, text: scalars)
      guard let path = path(inner, at: place) else { return nil }
      if !plain.isEmpty { pieces.append(.text(String(plain))) }
      plain = String.UnicodeScalarView()
      pieces.append(.variable(path: path, place: place))
      index = end + 1
    }
    if !plain.isEmpty { pieces.append(.text(String(plain))) }
    return pieces
  }

  /// The part of a scalar that holds a variable; the whole scalar if its text differs from what the
  /// file shows, as with escapes or several lines.
  private func place(
    _ start: Int, _ length: Int, in node: YAMLNode, text: [Unicode.Scalar]
  ) -> YAMLNode {
    let range = node.range
    let width = range.endColumn - range.column
    let isQuoted = width == text.count + 2
    guard range.line == range.endLine, width == text.count || isQuoted else { return node }
    return YAMLNode(
      .refused, file: node.file,
      range: SourceRange(
        line: range.line, column: range.column + start + (isQuoted ? 1 : 0), length: length),
      references: node.references)
  }

  /// The path after `vars.`; nil after reporting that this is not a variable.
  private mutating func path(_ inner: String, at place: YAMLNode) -> String? {
    let parts = inner.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    if parts.count > 1, parts[0] == "vars", parts.allSatisfy(\.isMapKey) {
      return parts.dropFirst().joined(separator: ".")
    }
    let help: String
    if parts[0] == "env" {
      help = "the environment is not read; write ${vars.NAME}, and --set vars.NAME=… to change it"
    } else if inner.hasPrefix("vars.") {
      help = "write ${vars.NAME}; nothing is computed"
    } else if byName[inner] != nil {
      help = "write ${vars.\(inner)}"
    } else {
      help = "write ${vars.NAME}, or '$${' for the two characters '${'"
    }
    report("\("${\(inner)}".quoted) is not a variable", at: place, help: help)
    return nil
  }

  // MARK: Values

  /// The value of a variable; nil after reporting that it has none.
  private mutating func value(_ path: String, at place: YAMLNode) -> YAMLNode? {
    let parts = path.split(separator: ".").map(String.init)
    guard let entry = byName[parts[0]] else {
      report(
        "unknown variable \("vars.\(path)".quoted)", at: place,
        help: UnknownName("variable", parts[0], among: entries.map(\.name)).help
          ?? "add '\(parts[0])' under 'vars'")
      return nil
    }
    used.insert(entry.name)
    guard let whole = resolved(entry, at: place) else { return nil }
    var node = whole.node
    for (index, name) in parts.enumerated().dropFirst() {
      if node.isRefused { return nil }
      guard let inner = node[name]?.value else {
        let above = "vars." + parts[..<index].joined(separator: ".")
        report(
          "unknown variable \("vars.\(path)".quoted)", at: place,
          help: node.entries.map { entries in
            UnknownName("variable", name, among: entries.map(\.name)).suggestion
              ?? "'\(above)' has \(entries.map(\.name).joined(separator: ", "))"
          } ?? "'\(above)' is \(node.described)")
        return nil
      }
      node = inner
    }
    guard !node.isRefused else { return nil }
    size += whole.size
    guard size <= Self.sizeLimit else {
      if !isFull {
        report("the variables make more than \(Self.sizeLimit >> 10) KiB of values", at: place)
      }
      isFull = true
      return nil
    }
    return node
  }

  private mutating func resolved(_ entry: YAMLNode.Entry, at place: YAMLNode) -> Resolved? {
    if let resolved = known[entry.name] { return resolved.node.isRefused ? nil : resolved }
    if let start = trail.firstIndex(of: entry.name) {
      let circle = trail[start...] + [entry.name]
      report(
        "variables use each other in a circle: \(circle.joined(separator: " → "))", at: place)
      return nil
    }
    guard trail.count < Self.depthLimit else {
      report("variables use each other more than \(Self.depthLimit) levels deep", at: place)
      return nil
    }
    trail.append(entry.name)
    var node = filled(entry.value)
    trail.removeLast()
    if node.depth > YAMLComposer.depthLimit {
      report("maps and lists nest deeper than \(YAMLComposer.depthLimit) levels", at: entry.key)
      node = node.refused
    }
    let resolved = Resolved(node: node, size: node.size)
    known[entry.name] = resolved
    return node.isRefused ? nil : resolved
  }

  /// Reports every mistake in `vars`, also in unused variables.
  mutating func checkAll() {
    for entry in entries {
      if entry.name.isMapKey {
        _ = resolved(entry, at: entry.place)
      } else {
        report(
          "\(entry.key.described) cannot name a variable", at: entry.key,
          help: "use letters, digits, _ and -")
      }
    }
  }

  private mutating func report(_ message: String, at place: YAMLNode, help: String? = nil) {
    guard diagnostics.count < Diagnostic.limit else { return }
    diagnostics.append(
      Diagnostic(
        .error, message, at: place.range, in: place.file, notes: place.notes, help: help))
  }
}

extension YAMLNode {
  /// A copy with other content in the same place.
  func with(_ content: Content) -> YAMLNode {
    YAMLNode(
      content, file: file, range: range, dropped: dropped, references: references, home: home)
  }

  var refused: YAMLNode { with(.refused) }

  /// The place of this value of a variable.
  fileprivate func reference(named name: String) -> Reference {
    Reference(form: .variable, name: name, file: file, range: range)
  }

  /// This value, positioned where a variable is used.
  func substituted(for use: YAMLNode, named name: String) -> YAMLNode {
    placed { node in
      (
        use.file, use.range,
        use.references + [node.reference(named: name)] + node.references
      )
    }
  }

  /// The nesting depth of maps and lists.
  var depth: Int {
    switch content {
    case .scalar, .refused: 0
    case .sequence(let elements): 1 + (elements.map(\.depth).max() ?? 0)
    case .mapping(let entries): 1 + (entries.map(\.value.depth).max() ?? 0)
    }
  }

  /// The approximate size: values plus bytes of text.
  var size: Int {
    switch content {
    case .scalar(let text, _): 16 + text.utf8.count
    case .refused: 16
    case .sequence(let elements): elements.reduce(16) { $0 + $1.size }
    case .mapping(let entries): entries.reduce(16) { $0 + 16 + $1.name.utf8.count + $1.value.size }
    }
  }
}
