internal import CYAML
import Fields

/// Reads one YAML document into nodes. libyaml scans the text. This type keeps the positions,
/// puts values in place of their aliases and merge keys, refuses what a pipeline does not need
/// (tags, several documents, great depth) and finds duplicate keys. It reports a mistake and
/// continues, so that one pass finds all mistakes.
package struct YAMLComposer: ~Copyable {
  /// The most scalars, lists and maps in one text.
  package static let nodeLimit = 30_000
  private static let directiveLimit = 16
  /// The greatest depth of nested maps and lists.
  package static let depthLimit = 64

  package private(set) var diagnostics: [Diagnostic] = []
  private var nodeCount = 0
  private var anchors = Anchors()
  private let file: SourceFile
  /// Allocated on the heap and never moved, because libyaml keeps pointers into the parser itself.
  private let parser: UnsafeMutablePointer<yaml_parser_t>

  /// Composes a whole file. The node is nil if the text could not be read to its end.
  package static func compose(_ file: SourceFile) -> (root: YAMLNode?, diagnostics: [Diagnostic]) {
    compose(file.text, in: file)
  }

  /// Composes `text`, which has the same lines and columns in `file`.
  package static func compose(
    _ text: String, in file: SourceFile
  ) -> (root: YAMLNode?, diagnostics: [Diagnostic]) {
    guard text.utf8.count <= SourceFile.sizeLimit else {
      return (nil, [SourceFile.tooLarge(file.name)])
    }
    if let diagnostic = tooManyDirectives(file) { return (nil, [diagnostic]) }
    let bytes = Array(text.utf8)
    return bytes.withUnsafeBufferPointer { input in
      var composer = YAMLComposer(input, in: file)
      do throws(Diagnostic) {
        let root = try composer.document()
        return (root, composer.diagnostics)
      } catch {
        return (nil, composer.diagnostics + [error])
      }
    }
  }

  /// The error for too many directives: libyaml's time grows with the square of their number.
  private static func tooManyDirectives(_ file: SourceFile) -> Diagnostic? {
    let lines = file.lines.indices.lazy.filter { file.lines[$0].utf8.first == UInt8(ascii: "%") }
    guard let excess = lines.dropFirst(directiveLimit).first else { return nil }
    return Diagnostic(
      .error, "more than \(directiveLimit) directives; a pipeline needs none",
      at: SourceRange(line: excess + 1, column: 1, length: 1), in: file)
  }

  /// Creates a composer; `input` must outlive it.
  private init(_ input: UnsafeBufferPointer<UInt8>, in file: SourceFile) {
    self.file = file
    parser = .allocate(capacity: 1)
    parser.initialize(to: yaml_parser_t())
    // This fails only if memory runs out, and then the first event reports the error.
    _ = yaml_parser_initialize(parser)
    yaml_parser_set_input_string(parser, input.baseAddress, input.count)
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deinitialize(count: 1)
    parser.deallocate()
  }

  // MARK: Events

  /// A copy of the parts of a libyaml event that Swift needs, so that the original can be freed at
  /// once.
  private struct Event {
    var type = YAML_NO_EVENT
    var range = SourceRange(line: 1, column: 1)
    var text = ""
    var isPlain = false
    var isBlock = false
    var anchor: String?
    /// The place of the anchor, or of the alias.
    var anchorRange = SourceRange(line: 1, column: 1)
    var hasTag = false

    /// Sets the range to that of the value alone: libyaml's begins at the anchor.
    mutating func skipAnchor() {
      guard let anchor else { return }
      let length = anchor.unicodeScalars.count + 1
      anchorRange = SourceRange(line: range.line, column: range.column, length: length)
      if type != YAML_SCALAR_EVENT {
        range.line = range.endLine
        range.column = isBlock ? range.endColumn : range.endColumn - 1
      } else if range.line == range.endLine {
        // A text in quotes is taken to be one space away, since escapes hide its width.
        range.column =
          isPlain
          ? range.endColumn - text.unicodeScalars.count
          : min(range.column + length + 1, range.endColumn)
      }
    }
  }

  private mutating func next() throws(Diagnostic) -> Event {
    var raw = yaml_event_t()
    guard yaml_parser_parse(parser, &raw) == 1 else { throw failure() }
    defer { yaml_event_delete(&raw) }
    var event = Event()
    event.type = raw.type
    event.range = range(raw.start_mark, raw.end_mark)
    switch raw.type {
    case YAML_SCALAR_EVENT:
      let scalar = raw.data.scalar
      event.text = String(
        decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
      event.isPlain = scalar.style == YAML_PLAIN_SCALAR_STYLE
      event.anchor = name(scalar.anchor)
      event.hasTag = scalar.tag != nil
    case YAML_SEQUENCE_START_EVENT:
      let sequence = raw.data.sequence_start
      event.isBlock = sequence.style == YAML_BLOCK_SEQUENCE_STYLE
      event.anchor = name(sequence.anchor)
      event.hasTag = sequence.tag != nil
    case YAML_MAPPING_START_EVENT:
      let mapping = raw.data.mapping_start
      event.isBlock = mapping.style == YAML_BLOCK_MAPPING_STYLE
      event.anchor = name(mapping.anchor)
      event.hasTag = mapping.tag != nil
    case YAML_ALIAS_EVENT:
      event.anchor = name(raw.data.alias.anchor)
    default: break
    }
    if event.type != YAML_ALIAS_EVENT { event.skipAnchor() }
    return event
  }

  private func name(_ anchor: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    anchor.map { String(decodingCString: $0, as: UTF8.self) }
  }

  private func range(_ start: yaml_mark_t, _ end: yaml_mark_t) -> SourceRange {
    let (start, end) = (place(of: start), place(of: end))
    return SourceRange(
      line: start.line, column: start.column, endLine: end.line, endColumn: end.column)
  }

  /// The position of a mark. If the text has no final line break, libyaml places its end on the
  /// line after the last; this moves it to the end of the last line.
  private func place(of mark: yaml_mark_t) -> (line: Int, column: Int) {
    guard mark.line >= file.lines.count, let last = file.lines.last else {
      return (mark.line + 1, mark.column + 1)
    }
    return (file.lines.count, last.unicodeScalars.count + 1)
  }

  // MARK: Nodes

  private mutating func document() throws(Diagnostic) -> YAMLNode? {
    var root: YAMLNode?
    while true {
      let event = try next()
      switch event.type {
      case YAML_STREAM_START_EVENT, YAML_DOCUMENT_END_EVENT: continue
      case YAML_DOCUMENT_START_EVENT where root != nil:
        report("a second document starts here, but a pipeline is one document", event.range)
        return root
      case YAML_DOCUMENT_START_EVENT:
        root = try node(try next(), depth: 0)
      default:
        return root
      }
    }
  }

  /// Reads the node that begins with an event.
  /// - Parameter isKey: true for a key. Keys are compared by their text alone, so a key with a tag
  ///   is still read.
  private mutating func node(
    _ event: Event, depth: Int, isKey: Bool = false
  ) throws(Diagnostic) -> YAMLNode {
    nodeCount += 1
    guard nodeCount <= Self.nodeLimit else { throw tooManyNodes(at: start(of: event)) }
    guard diagnostics.count < Diagnostic.limit else {
      throw Diagnostic(
        .error, "too many mistakes; the rest of the file is not checked", at: start(of: event),
        in: file)
    }
    if event.type == YAML_ALIAS_EVENT { return try alias(event, depth: depth) }
    if event.hasTag {
      report(
        "tags are not supported", event.anchor == nil ? start(of: event) : event.anchorRange,
        help: "the field decides the type; write the plain value")
    }
    let countBefore = nodeCount
    let isNew = openAnchor(of: event)
    var node = try content(event, depth: depth)
    if event.hasTag, !isKey { node = YAMLNode(.refused, file: file, range: node.range) }
    if isNew, let name = event.anchor {
      anchors.close(name, as: node, values: 1 + nodeCount - countBefore)
    }
    return node
  }

  private func tooManyNodes(at range: SourceRange, help: String? = nil) -> Diagnostic {
    Diagnostic(
      .error, "more than \(Self.nodeLimit) values, the most a pipeline may have", at: range,
      in: file, help: help)
  }

  private mutating func content(_ event: Event, depth: Int) throws(Diagnostic) -> YAMLNode {
    switch event.type {
    case YAML_SCALAR_EVENT:
      if let scalar = event.text.unicodeScalars.first(where: \.isUnshowable) {
        refuse(scalar, event.range)
        return YAMLNode(.refused, file: file, range: event.range)
      }
      return YAMLNode(
        .scalar(text: event.text, isPlain: event.isPlain && !event.hasTag), file: file,
        range: event.range)
    case YAML_SEQUENCE_START_EVENT, YAML_MAPPING_START_EVENT:
      guard depth < Self.depthLimit else {
        // Stops here, because libyaml's time grows with the square of the depth.
        throw tooDeep(at: start(of: event))
      }
      let isMap = event.type == YAML_MAPPING_START_EVENT
      return isMap
        ? try mapping(from: event, depth: depth + 1) : try sequence(from: event, depth: depth + 1)
    default:
      return YAMLNode(.refused, file: file, range: event.range)
    }
  }

  private func tooDeep(at range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "maps and lists nest deeper than \(Self.depthLimit) levels", at: range, in: file)
  }

  private mutating func sequence(
    from opening: Event, depth: Int
  ) throws(Diagnostic) -> YAMLNode {
    var elements: [YAMLNode] = []
    var event = try next()
    while event.type != YAML_SEQUENCE_END_EVENT {
      elements.append(try node(event, depth: depth))
      event = try next()
    }
    return YAMLNode(.sequence(elements), file: file, range: span(opening, event))
  }

  private mutating func mapping(
    from opening: Event, depth: Int
  ) throws(Diagnostic) -> YAMLNode {
    var entries: [YAMLNode.Entry] = []
    var dropped: [YAMLNode.Entry] = []
    var first: [String: SourceRange] = [:]
    var merge: MergeKey?
    var event = try next()
    while event.type != YAML_MAPPING_END_EVENT {
      let key = try node(event, depth: depth, isKey: true)
      let value = try node(try next(), depth: depth)
      event = try next()
      let entry = YAMLNode.Entry(key: key, value: value)
      guard case .scalar(let name, let isPlain) = key.content else {
        dropped.append(entry)
        if key.isRefused { continue }
        report("a key must be a word, not \(key.described)", key.range)
        continue
      }
      if let earlier = first[name] {
        dropped.append(entry)
        let isMerge = name == MergeKey.name
        diagnostics.append(
          Diagnostic(
            .error, "duplicate key \(name.quoted)", at: key.range, in: file,
            notes: [Diagnostic.Note("first given here", at: earlier, in: file)],
            help: isMerge ? "write one, with a list: <<: [*NAME, *NAME]" : nil))
        continue
      }
      first[name] = key.range
      if name == MergeKey.name, isPlain {
        merge = MergeKey(entry, at: entries.count)
      } else {
        entries.append(entry)
      }
    }
    let range = span(opening, event)
    if let merge {
      do throws(Diagnostic) {
        entries = try merge.merged(into: entries)
      } catch {
        // With the merged fields missing, the rest of the map would seem wrong.
        diagnostics.append(error)
        return YAMLNode(.refused, file: file, range: range)
      }
      if merge.isRefused { return YAMLNode(.refused, file: file, range: range) }
    }
    return YAMLNode(.mapping(entries), file: file, range: range, dropped: dropped)
  }

  // MARK: Anchors and aliases

  /// Notes that a value with an anchor begins.
  /// - Returns: false if it has none, or after reporting that another value has the same.
  private mutating func openAnchor(of event: Event) -> Bool {
    guard let name = event.anchor else { return false }
    guard let earlier = anchors.open(name, at: event.anchorRange) else { return true }
    diagnostics.append(
      Diagnostic(
        .error, "duplicate anchor \("&\(name)".quoted)", at: event.anchorRange, in: file,
        notes: [Diagnostic.Note("first given here", at: earlier, in: file)]))
    return false
  }

  /// The value that an alias stands for.
  private mutating func alias(_ event: Event, depth: Int) throws(Diagnostic) -> YAMLNode {
    let refused = YAMLNode(.refused, file: file, range: event.range)
    guard let name = event.anchor else { return refused }
    let shown = "*\(name)".quoted
    switch anchors.use(name) {
    case .unknown:
      let unknown = UnknownName("alias", "*\(name)", among: anchors.nearbyNames.map { "*\($0)" })
      // Few of many mistakes are shown, and looking for a name takes time.
      let help = diagnostics.count < DiagnosticPrinter.limit ? unknown.suggestion : nil
      report(
        unknown.statement, event.range,
        help: help
          ?? "an alias repeats a value further up in the same text, which begins with &\(name)")
      return refused
    case .open:
      report("\(shown) stands inside the value that it stands for", event.range)
      return refused
    case .tooLarge:
      throw Diagnostic(
        .error, "the aliases make more than \(Anchors.sizeLimit >> 10) KiB of values",
        at: event.range, in: file)
    case .value(let node, let values, let height):
      nodeCount += values - 1
      guard nodeCount <= Self.nodeLimit else {
        throw tooManyNodes(at: event.range, help: "an alias counts as all that it stands for")
      }
      guard depth + height <= Self.depthLimit else { throw tooDeep(at: event.range) }
      return node.used(
        as: YAMLNode.Reference(form: .alias, name: "*\(name)", file: file, range: event.range))
    }
  }

  private func start(of event: Event) -> SourceRange {
    SourceRange(line: event.range.line, column: event.range.column)
  }

  private func span(_ opening: Event, _ closing: Event) -> SourceRange {
    guard !opening.isBlock else { return start(of: opening) }
    return SourceRange(
      line: opening.range.line, column: opening.range.column, endLine: closing.range.endLine,
      endColumn: closing.range.endColumn)
  }

  // MARK: Refusals

  private mutating func report(_ message: String, _ range: SourceRange, help: String? = nil) {
    diagnostics.append(Diagnostic(.error, message, at: range, in: file, help: help))
  }

  private mutating func refuse(_ scalar: Unicode.Scalar, _ range: SourceRange) {
    let digits = String(scalar.value, radix: 16, uppercase: true)
    let code = "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    let isControl = scalar.properties.generalCategory == .control
    report(
      isControl
        ? "control characters are not allowed, found \(code)"
        : "characters that change the direction of text are not allowed, found \(code)", range)
  }

  /// Converts libyaml's error to a diagnostic, at the place where the user would look.
  private func failure() -> Diagnostic {
    let state = parser.pointee
    let problem = state.problem.map { String(cString: $0) } ?? "the text cannot be read"
    if state.error == YAML_READER_ERROR {
      return Diagnostic(
        .error, problem, at: file.position(ofByte: state.problem_offset), in: file)
    }
    let here = range(state.problem_mark, state.problem_mark)
    guard let context = state.context.map({ String(cString: $0) }) else {
      return Diagnostic(.error, problem, at: here, in: file, help: help(problem, here))
    }
    let there = range(state.context_mark, state.context_mark)
    // For a construct that is never closed, point to its beginning, not to the end of the file.
    if problem.contains("end of stream") || isEnd(state.problem_mark) {
      return Diagnostic(.error, "\(context): \(problem)", at: there, in: file)
    }
    return Diagnostic(
      .error, problem, at: here, in: file,
      notes: there == here ? [] : [Diagnostic.Note(context, at: there, in: file)],
      help: help(problem, here))
  }

  /// True if only line breaks follow.
  private func isEnd(_ mark: yaml_mark_t) -> Bool {
    file.lines.dropFirst(mark.line).allSatisfy(\.isEmpty)
  }

  private func help(_ problem: String, _ place: SourceRange) -> String? {
    let nearby = [file.line(place.line - 1), file.line(place.line), file.line(place.line + 1)]
    if nearby.contains(where: { line in
      line.map { $0.hasPrefix("<<<<<<<") || $0.hasPrefix("=======") || $0.hasPrefix(">>>>>>>") }
        ?? false
    }) {
      return "this looks like a merge conflict that was not resolved"
    }
    let line = file.line(place.line) ?? ""
    if line.prefix(while: \.isWhitespace).contains("\t") {
      return "indent with spaces, not tabs"
    }
    if line.contains("${"), problem.contains("did not find expected ','") {
      return "put a value with '${' in quotes between { } or [ ]"
    }
    return problem.contains("mapping values are not allowed")
      ? "put a value that holds ': ' in quotes, and check the indentation" : nil
  }
}
