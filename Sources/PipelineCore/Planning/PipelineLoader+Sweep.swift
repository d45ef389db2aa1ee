import Fields

/// An axis while it is being read.
struct AxisDraft {
  let path: String
  /// The path as the file has it; nil for the seed.
  var key: YAMLNode?
  /// Distinct values with their places.
  let values: [(value: FieldValue, node: YAMLNode)]

  /// The stage and the field's path in it.
  var parts: [String] { path.split(separator: ".").map(String.init) }
}

extension PipelineLoader {
  mutating func readSweep(_ entry: YAMLNode.Entry?) {
    guard let entry, !entry.value.isExplicitNull else { return }
    let before = validator.diagnostics.count
    defer {
      if validator.diagnostics.count > before || entry.value.holdsMistake { isSweepSound = false }
    }
    if case .refused = entry.value.content { return }
    guard let entries = entry.value.entries else {
      validator.report(
        "expected a map for 'sweep', found \(entry.value.described)", at: entry.place)
      return
    }
    _ = validator.members(
      of: entries, in: PipelineFields.sweep,
      at: Validator.Place(path: ["sweep"], node: entry.key, root: PipelineFields.sweep),
      except: ["grid"])
    guard let grid = entry.value["grid"] else { return }
    if case .refused = grid.value.content { return }
    guard let paths = grid.value.entries else {
      validator.report(
        "expected a map from fields to lists for 'grid', found \(grid.value.described)",
        at: grid.place, help: "write STAGE.field.path: [value, value]")
      return
    }
    for path in paths { readAxis(path) }
    placeFirstValues()
  }

  private mutating func readAxis(_ entry: YAMLNode.Entry) {
    let parts = entry.name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard let swept = resolve(parts, written: entry.key) else { return }
    if let other = axes.first(where: {
      "\($0.path).".hasPrefix("\(entry.name).") || "\(entry.name).".hasPrefix("\($0.path).")
    }), let key = other.key {
      validator.report(
        "\(entry.name.quoted) and \(other.path.quoted) sweep the same field", at: entry.key,
        notes: [Diagnostic.Note("also swept here", at: key.range, in: key.file)])
      return
    }
    checkShadowed(swept, at: parts)
    if case .refused = entry.value.content {
      return axes.append(AxisDraft(path: entry.name, key: entry.key, values: []))
    }
    guard let nodes = entry.value.elements else {
      validator.report(
        "expected a list of values to sweep, found \(entry.value.described)", at: entry.place,
        help: entry.value.text.flatMap { $0.isEmpty ? nil : "write a list: [\($0)]" })
      return axes.append(AxisDraft(path: entry.name, key: entry.key, values: []))
    }
    if nodes.isEmpty {
      validator.report("the sweep of \(entry.name.quoted) has no values", at: entry.place)
    }
    axes.append(
      AxisDraft(path: entry.name, key: entry.key, values: values(nodes, of: swept, entry)))
  }

  /// A value that the stage writes itself is replaced by the sweep's, but checked all the same.
  private mutating func checkShadowed(_ swept: SweptField, at path: [String]) {
    guard let stage = stages.first(where: { $0.name == path[0] }),
      let node = stage.node.value(at: Array(path.dropFirst())),
      !(swept.isOptional && node.isExplicitNull)
    else { return }
    let shown = stage.node.place(of: Array(path.dropFirst())) ?? stage.key
    _ = validator.value(
      from: node, as: swept.type, at: Validator.Place(path: path, node: shown, root: swept.root))
  }

  private mutating func values(
    _ nodes: [YAMLNode], of swept: SweptField, _ entry: YAMLNode.Entry
  ) -> [(value: FieldValue, node: YAMLNode)] {
    var values: [(value: FieldValue, node: YAMLNode)] = []
    var first: [FieldValue: YAMLNode] = [:]
    let path = entry.name.split(separator: ".").map(String.init)
    for node in nodes {
      let shown = node.range.isEmpty ? entry.key : node
      let place = Validator.Place(path: path, node: shown, root: swept.root)
      let value =
        swept.isOptional && node.isExplicitNull
        ? .absent : validator.value(from: node, as: swept.type, at: place)
      guard let value else { continue }
      if let earlier = first[value] {
        diagnostics.append(
          Diagnostic(
            .warning, "\(value.text.quoted) is swept twice; it is run once", at: shown.range,
            in: shown.file,
            notes: [Diagnostic.Note("first given here", at: earlier.range, in: earlier.file)]))
      } else {
        first[value] = shown
        values.append((value, node))
      }
    }
    return values
  }

  /// Puts each axis's first value into its stage, so that a swept field need not be written there
  /// and the groups around it exist. An axis without a good value leaves a refused node: its
  /// mistake has been reported.
  private mutating func placeFirstValues() {
    for axis in axes {
      guard let key = axis.key, let index = stages.firstIndex(where: { $0.name == axis.parts[0] })
      else { continue }
      let value = axis.values.first?.node ?? YAMLNode(.refused, file: key.file, range: key.range)
      stages[index].node = stages[index].node.setting(
        value, at: axis.keys(axis.parts.dropFirst())[...])
    }
  }

  // MARK: Paths

  private struct SweptField {
    let type: FieldType
    let isOptional: Bool
    let root: GroupDescriptor
  }

  /// What a path names; nil after reporting that it names nothing, or when its stage is broken.
  private mutating func resolve(_ parts: [String], written key: YAMLNode) -> SweptField? {
    let names = stages.map(\.name)
    guard let stage = stages.first(where: { $0.name == parts[0] }) else {
      if !brokenStages.contains(parts[0]) {
        reportUnknownStage(parts, written: key, names: names)
      }
      return nil
    }
    guard let kind = stage.kind else { return nil }
    guard parts.count > 1 else {
      validator.report(
        "a sweep needs a field of \(stage.name.quoted)", at: key,
        help: "write \(stage.name).FIELD: [value, value]")
      return nil
    }
    if PipelineFields.stage(kinds: kinds)[parts[1]] != nil {
      validator.report("'\(parts[1])' cannot be swept", at: key.part(1, of: parts))
      return nil
    }
    var type = FieldType.group(kind.fields)
    var isOptional = false
    for index in parts.indices.dropFirst() {
      switch type {
      case .group(let group):
        guard let field = group[parts[index]] else {
          reportUnknownField(parts, index, in: group, root: kind.fields, written: key)
          return nil
        }
        type = field.type
        isOptional = field.defaultValue == .some(.absent)
      case .map(let element, let keys):
        let above = Array(parts[1..<index])
        let map = stage.node.value(at: above)
        if let map, map.isRefused || map.dropped.contains(where: { $0.name == parts[index] }) {
          return nil
        }
        let written = map?.entries?.map(\.name) ?? []
        guard written.contains(parts[index]) else {
          validator.report(
            "no \(keys) \(parts[index].quoted) in \(parts[..<index].joined(separator: ".").quoted)",
            at: key.part(index, of: parts),
            help: Validator.didYouMean(parts[index], among: written))
          return nil
        }
        type = element
        isOptional = false
      default:
        validator.report(
          "\(parts[..<index].joined(separator: ".").quoted) is \(type.text) and has no fields",
          at: key.part(index, of: parts))
        return nil
      }
    }
    return SweptField(type: type, isOptional: isOptional, root: kind.fields)
  }

  private mutating func reportUnknownStage(
    _ parts: [String], written key: YAMLNode, names: [String]
  ) {
    if ["seed", "seeds"].contains(parts[0]) {
      validator.report(
        "seeds are not swept here", at: key, help: "write 'seeds: [0, 1, 2]' at the top")
    } else if PipelineFields.top[parts[0]] != nil {
      validator.report("\(parts[0].quoted) cannot be swept: only fields of stages can", at: key)
    } else {
      validator.report(
        "unknown stage \(parts[0].quoted)", at: key.part(0, of: parts),
        help: Validator.didYouMean(parts[0], among: names))
    }
  }

  private mutating func reportUnknownField(
    _ parts: [String], _ index: Int, in group: GroupDescriptor, root: GroupDescriptor,
    written key: YAMLNode
  ) {
    let place = key.part(index, of: parts)
    let named = YAMLNode(
      .scalar(text: parts[index], isPlain: true), file: place.file, range: place.range)
    let entry = YAMLNode.Entry(
      key: named, value: YAMLNode(.refused, file: place.file, range: place.range))
    let suggestion = Suggestion(
      for: entry, in: group,
      at: Validator.Place(path: Array(parts[..<index]), node: place, root: root))
    validator.report(
      "unknown field \(parts[index].quoted) in \(parts[..<index].joined(separator: ".").quoted)",
      at: place, help: suggestion.text)
  }
}

extension AxisDraft {
  /// The path's names as keys, all placed where the path was written.
  func keys(_ names: ArraySlice<String>) -> [YAMLNode] {
    guard let key else { return [] }
    return names.map {
      YAMLNode(.scalar(text: $0, isPlain: true), file: key.file, range: key.range)
    }
  }
}

extension YAMLNode {
  /// `null` or `~`, written out.
  var isExplicitNull: Bool {
    guard case .scalar(let text, true) = content, !text.isEmpty else { return false }
    return CoreScalar(text, isPlain: true) == .null
  }

  /// The value below a path of names.
  func value(at path: [String]) -> YAMLNode? {
    path.reduce(self) { node, name in node?[name]?.value }
  }

  /// The stretch of a dotted key that holds one of its parts; the whole key when it is quoted.
  func part(_ index: Int, of parts: [String]) -> YAMLNode {
    guard case .scalar(let text, true) = content, range.line == range.endLine else { return self }
    let before = parts[..<index].reduce(0) { $0 + $1.unicodeScalars.count + 1 }
    return YAMLNode(
      .scalar(text: text, isPlain: true), file: file,
      range: SourceRange(
        line: range.line, column: range.column + before,
        length: parts[index].unicodeScalars.count))
  }
}
