package import Fields

/// Converts nodes to values of their declared types, fills in defaults and reports every mistake
/// without stopping at the first. After a mistake the value is the default, so that fields that
/// depend on it can still be checked.
package struct Validator {
  package private(set) var diagnostics: [Diagnostic] = []
  /// True if fields may be missing, because the text is only a part of a stage.
  var isPartial = false
  /// The file of the preset that is completed, and the stage that uses it. Fields that the preset
  /// leaves out must be written in the stage, so errors about them point there.
  var completing: (preset: SourceFile, stage: YAMLNode)?

  package init() {}

  /// The place of a value in a file and among the fields.
  package struct FieldPlace {
    /// The names that lead to the value, for messages.
    package var path: [String]
    /// The node to point at if the value is wrong.
    package var node: YAMLNode
    /// The node to point at if a member of the value is missing: its key.
    package var key: YAMLNode
    /// The group at the root of the path, in which misplaced fields are looked up.
    package var root: GroupDescriptor

    package init(path: [String], node: YAMLNode, key: YAMLNode? = nil, root: GroupDescriptor) {
      self.path = path
      self.node = node
      self.key = key ?? node
      self.root = root
    }

    func member(_ name: String, at node: YAMLNode, key: YAMLNode? = nil) -> FieldPlace {
      FieldPlace(path: path + [name], node: node, key: key, root: root)
    }

    /// The last name of the path that is not a position in a list.
    var name: String { (path.last { Int($0) == nil } ?? path.last ?? "").quoted }
  }

  package mutating func report(
    _ message: String, at node: YAMLNode, notes: [Diagnostic.Note] = [], help: String? = nil
  ) {
    guard diagnostics.count < Diagnostic.limit else { return }
    diagnostics.append(
      Diagnostic(
        .error, message, at: node.range, in: node.file, notes: notes + node.notes, help: help))
  }

  /// Reports an unknown name with the names that exist.
  package mutating func report(_ unknown: UnknownName, at node: YAMLNode) {
    report(unknown.message, at: node, help: unknown.suggestion)
  }

  /// The members of a group, from the entries of a map.
  /// - Parameter custom: fields whose values the caller reads; they are left out of the result.
  package mutating func members(
    of entries: [YAMLNode.Entry], in group: GroupDescriptor, at place: FieldPlace,
    except custom: Set<String> = []
  ) -> [String: FieldValue] {
    var written: [String: YAMLNode.Entry] = [:]
    written.reserveCapacity(entries.count)
    var meant: Set<String> = []
    for entry in entries {
      if group[entry.name] != nil {
        written[entry.name] = entry
      } else {
        meant.formUnion(reportUnknown(entry, in: group, at: place))
      }
    }
    var members: [String: FieldValue] = [:]
    members.reserveCapacity(group.fields.count)
    for field in group.fields {
      let entry = written[field.name]
      if entry == nil, field.isRequired, !isPartial, !meant.contains(field.name) {
        reportMissing(field, at: place)
      }
      guard !custom.contains(field.name) else { continue }
      members[field.name] = value(of: field, from: entry, at: place)
    }
    return members
  }

  /// The value of a field, or its default if the file does not set it.
  package mutating func value(
    of field: FieldDescriptor, from entry: YAMLNode.Entry?, at place: FieldPlace
  ) -> FieldValue {
    let fallback = field.defaultValue ?? .absent
    guard let entry else {
      // A group that is not written counts as empty, so its missing required fields are reported.
      guard case .group(let group) = field.type, group.mustBeWritten, !fallback.isAbsent
      else { return fallback }
      return .map(members(of: [], in: group, at: place.member(field.name, at: place.key)))
    }
    let here = place.member(field.name, at: entry.place, key: entry.key)
    if case .scalar(let text, true) = entry.value.content, CoreScalar(text, isPlain: true) == .null
    {
      let isOptional = field.defaultValue == .some(.absent)
      if isOptional, !text.isEmpty { return .absent }
      report(
        "expected \(field.type.text) for \(here.name), found nothing", at: here.node,
        help: isOptional
          ? "write null for none, or leave the field out"
          : field.isRequired ? nil : "leave the field out for its default")
      return fallback
    }
    return value(from: entry.value, as: field.type, at: here) ?? fallback
  }

  /// The value of a node as a given type; nil after a mistake.
  package mutating func value(
    from node: YAMLNode, as type: FieldType, at place: FieldPlace
  ) -> FieldValue? {
    if case .refused = node.content { return nil }
    switch type {
    case .group(let group):
      guard let entries = node.entries else { return mismatch(type, node, place) }
      return .map(members(of: entries, in: group, at: place))
    case .map(let element, let keys):
      guard let entries = node.entries else { return mismatch(type, node, place) }
      return map(entries, of: element, keys: keys, at: place)
    case .list(let element, let count):
      guard let elements = node.elements else { return mismatch(type, node, place) }
      return list(elements, of: element, count: count, at: place)
    case .bool, .int, .float, .string, .scalar, .parameter, .choice, .quantity:
      guard case .scalar(let text, let isPlain) = node.content else {
        return mismatch(type, node, place)
      }
      return scalar(text, isPlain: isPlain, as: type, at: place)
    }
  }

  // MARK: Collections

  private mutating func list(
    _ nodes: [YAMLNode], of type: FieldType, count: ClosedRange<Int>, at place: FieldPlace
  ) -> FieldValue? {
    guard count.contains(nodes.count) else {
      report(
        "\(place.name) has \(nodes.count) value\(nodes.count == 1 ? "" : "s"), "
          + "but must have \(count.text)",
        at: place.node)
      return nil
    }
    let values = nodes.enumerated().map { index, node in
      value(
        from: node, as: type,
        at: place.member(String(index), at: node.range.isEmpty ? place.node : node))
    }
    let sound = values.compactMap { $0 }
    return sound.count == values.count ? .list(sound) : nil
  }

  private mutating func map(
    _ entries: [YAMLNode.Entry], of type: FieldType, keys: String, at place: FieldPlace
  ) -> FieldValue? {
    var members: [String: FieldValue] = [:]
    var isSound = true
    for entry in entries {
      guard entry.name.isMapKey else {
        report(
          "\(entry.key.described) cannot name a \(keys)", at: entry.key,
          help: "use letters, digits, _ and -")
        isSound = false
        continue
      }
      let here = place.member(entry.name, at: entry.place, key: entry.key)
      if let value = value(from: entry.value, as: type, at: here) {
        members[entry.name] = value
      } else {
        isSound = false
      }
    }
    return isSound ? .map(members) : nil
  }

  // MARK: Scalars

  private mutating func scalar(
    _ text: String, isPlain: Bool, as type: FieldType, at place: FieldPlace
  ) -> FieldValue? {
    let meaning = CoreScalar(text, isPlain: isPlain)
    switch (type, meaning) {
    case (.bool, .bool(let flag)): return .bool(flag)
    case (.string, .string(let text)): return .string(text)
    case (.scalar, .bool(let flag)): return .bool(flag)
    case (.scalar, .int(let number)): return .int(number)
    case (.scalar, .string(let text)): return .string(text)
    case (.scalar, .float(let number)), (.scalar, .hugeInt(let number)):
      return float(number, written: text, in: .finite, at: place)
    case (.parameter, .bool), (.parameter, .int), (.parameter, .float), (.parameter, .hugeInt),
      (.parameter, .string):
      return parameter(text, meaning, at: place)
    case (.choice(let choices), _): return choice(text, among: choices, at: place)
    case (.quantity(let quantity), _) where quantity.amount(text) != nil: return .string(text)
    case (.int(let range), .int(let number)):
      return range.contains(number) ? .int(number) : outOfRange(text, type, place)
    case (.int, .hugeInt): return outOfRange(text, type, inFull: true, place)
    case (.float(let range), .int(let number)):
      return float(Double(number), written: text, in: range, at: place)
    case (.float(let range), .float(let number)), (.float(let range), .hugeInt(let number)):
      return float(number, written: text, in: range, at: place)
    default:
      let node = YAMLNode(
        .scalar(text: text, isPlain: isPlain), file: place.node.file, range: place.node.range)
      return mismatch(type, node, place)
    }
  }

  /// The value of a program's parameter, which is passed on character by character. A number keeps
  /// its text if JSON accepts it as a number; any other number is refused, because it is unclear
  /// which text was meant.
  private mutating func parameter(
    _ text: String, _ meaning: CoreScalar, at place: FieldPlace
  ) -> FieldValue? {
    let value: FieldValue
    switch meaning {
    case .string(let text): return .string(text)
    case .bool(let flag): value = .bool(flag)
    case .int(let number): value = .int(number)
    case .float(let number), .hugeInt(let number):
      guard float(number, written: text, in: .finite, at: place) != nil else { return nil }
      value = .float(number)
    case .null: return nil
    }
    // JSON writes a whole float with its point, and the program's arguments must agree with it.
    if JSONText(value).compact == text, value.text == text { return value }
    if JSONText(numberWritten: text) != nil { return .number(text) }
    report(
      "\(place.name) would be handed on as \(value.text.quoted), not as it is written",
      at: place.node,
      help: "write \(value.text), or put it in quotes: \"\(text)\"")
    return nil
  }

  private mutating func float(
    _ number: Double, written: String, in range: FloatRange, at place: FieldPlace
  ) -> FieldValue? {
    guard number.isFinite else {
      report("expected a finite number for \(place.name), found \(written.quoted)", at: place.node)
      return nil
    }
    return range.contains(number) ? .float(number) : outOfRange(written, .float(range), place)
  }

  private mutating func choice(
    _ text: String, among choices: [Choice], at place: FieldPlace
  ) -> FieldValue? {
    if choices.contains(where: { $0.accepts(text) }) { return .string(text) }
    report(
      UnknownName("value", text, "for \(place.name)", among: choices.map(\.name)), at: place.node)
    return nil
  }

  private mutating func outOfRange(
    _ text: String, _ type: FieldType, inFull: Bool = false, _ place: FieldPlace
  ) -> FieldValue? {
    report(
      "expected \(type.boundedText(inFull: inFull)) for \(place.name), found \(text.quoted)",
      at: place.node)
    return nil
  }

  // MARK: Messages

  private mutating func mismatch(
    _ type: FieldType, _ node: YAMLNode, _ place: FieldPlace
  ) -> FieldValue? {
    report(
      "expected \(type.text) for \(place.name), found \(node.described)", at: place.node,
      help: Self.help(for: node, as: type))
    return nil
  }

  private static func help(for node: YAMLNode, as type: FieldType) -> String? {
    guard case .scalar(let text, let isPlain) = node.content, text.utf8.count <= 60 else {
      return nil
    }
    switch (type, CoreScalar(text, isPlain: isPlain), CoreScalar(text, isPlain: true)) {
    case (.int, .float(let number), _):
      return Int(exactly: number).map { "write \($0)" }
    case (.int, .string, .int) where !isPlain, (.float, .string, .int) where !isPlain,
      (.float, .string, .float) where !isPlain, (.bool, .string, .bool) where !isPlain:
      return "remove the quotes"
    case (.string, .null, _): return "put empty text in quotes: \"\""
    case (.string, _, _): return "put it in quotes: \"\(text)\""
    case (.quantity(let quantity), .int, _), (.quantity(let quantity), .float, _):
      let unit = quantity == .time ? "s" : "M"
      return quantity.amount(text + unit).map { _ in "add the unit: \(text)\(unit)" }
    case (.bool, _, _):
      let yes = ["yes", "y", "on", "1"].contains(text.lowercased())
      let no = ["no", "n", "off", "0"].contains(text.lowercased())
      return yes || no ? "write \(yes)" : nil
    case (.list, _, _) where isPlain && !text.isEmpty: return "write a list: [\(text)]"
    default: return nil
    }
  }

  private mutating func reportMissing(_ field: FieldDescriptor, at place: FieldPlace) {
    let group = place.path.isEmpty ? "" : " in \(place.path.joined(separator: ".").quoted)"
    let range = field.type.rangeText.map { ", \($0)" } ?? ""
    report(
      "missing field '\(field.name)'\(group)", at: writable(place.key),
      help: "'\(field.name)' is \(field.type.text)\(range): \(field.meaning)")
  }

  private func writable(_ node: YAMLNode) -> YAMLNode {
    guard let completing, node.file === completing.preset else { return node }
    return completing.stage
  }

  /// Reports an unknown field.
  /// - Returns: the fields that were probably meant, which are then not reported as missing.
  private mutating func reportUnknown(
    _ entry: YAMLNode.Entry, in group: GroupDescriptor, at place: FieldPlace
  ) -> [String] {
    // Stops early, because nobody reads more and searching for names takes time.
    guard diagnostics.count < Diagnostic.limit else { return [] }
    let inside = place.path.isEmpty ? "" : " in \(place.path.joined(separator: ".").quoted)"
    let suggestion = Suggestion(for: entry, in: group, at: place)
    report(
      "unknown field \(entry.name.quoted)\(inside)", at: entry.key, help: suggestion.text)
    return suggestion.siblings
  }
}

extension String {
  /// True if the text can name an entry of a map, and so a component of a path with dots.
  package var isMapKey: Bool {
    !isEmpty && utf8.count <= 64
      && unicodeScalars.allSatisfy {
        $0.isASCII
          && ($0.properties.isAlphabetic || $0.properties.numericType != nil
            || $0 == "_" || $0 == "-")
      }
  }
}
