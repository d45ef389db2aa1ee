import Fields

/// The path of a field as `sweep` writes it.
struct SweptPath {
  /// The stage, then the names that lead to the field inside it.
  private let parts: [String]
  private let key: YAMLNode

  init(_ parts: [String], written key: YAMLNode) {
    self.parts = parts
    self.key = key
  }

  /// The field that the path names; nil after reporting that it names none, or if its stage is
  /// broken.
  /// - Parameter brokenStages: stages that could not be read; paths to them are not reported.
  func field(
    among stages: [StageDraft], _ brokenStages: Set<String>, _ log: LoadLog
  ) -> SweptField? {
    let names = stages.map(\.name)
    guard let stage = stages.first(where: { $0.name == parts[0] }) else {
      if !brokenStages.contains(parts[0]) {
        reportUnknownStage(names, log)
      }
      return nil
    }
    guard let kind = stage.kind else { return nil }
    guard parts.count > 1 else {
      log.report(
        "a sweep needs a field of \(stage.name.quoted)", at: key,
        help: "write \(stage.name).FIELD: [value, value]")
      return nil
    }
    if PipelineFields.unswept.contains(parts[1]) {
      log.report("'\(parts[1])' cannot be swept", at: key.part(1, of: parts))
      return nil
    }
    var type = FieldType.group(kind.fields)
    var isOptional = false
    for index in parts.indices.dropFirst() {
      switch type {
      case .group(let group):
        guard let field = group[parts[index]] else {
          reportUnknownField(index, in: group, root: kind.fields, log)
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
          log.report(
            "no \(keys) \(parts[index].quoted) in \(parts[..<index].joined(separator: ".").quoted)",
            at: key.part(index, of: parts),
            help: UnknownName(keys, parts[index], among: written).suggestion)
          return nil
        }
        type = element
        isOptional = false
      default:
        log.report(
          "\(parts[..<index].joined(separator: ".").quoted) is \(type.text) and has no fields",
          at: key.part(index, of: parts))
        return nil
      }
    }
    return SweptField(type: type, isOptional: isOptional, root: kind.fields)
  }

  private func reportUnknownStage(_ names: [String], _ log: LoadLog) {
    if ["seed", "seeds"].contains(parts[0]) {
      log.report(
        "seeds are not swept here", at: key, help: "write 'seeds: [0, 1, 2]' at the top")
    } else if log.top[parts[0]] != nil {
      log.report(
        "\(parts[0].quoted) cannot be swept: only fields of stages can", at: key,
        help: parts[0] == "vars" ? "list the fields that use it under 'zip'" : nil)
    } else {
      let unknown = UnknownName("stage", parts[0], among: names)
      log.report(
        unknown.statement, at: key.part(0, of: parts), help: unknown.suggestion)
    }
  }

  private func reportUnknownField(
    _ index: Int, in group: GroupDescriptor, root: GroupDescriptor, _ log: LoadLog
  ) {
    let place = key.part(index, of: parts)
    let named = YAMLNode(
      .scalar(text: parts[index], isPlain: true), file: place.file, range: place.range)
    let entry = YAMLNode.Entry(
      key: named, value: YAMLNode(.refused, file: place.file, range: place.range))
    let suggestion = Suggestion(
      for: entry, in: group,
      at: Validator.FieldPlace(path: Array(parts[..<index]), node: place, root: root))
    log.report(
      "unknown field \(parts[index].quoted) in \(parts[..<index].joined(separator: ".").quoted)",
      at: place, help: suggestion.text)
  }
}
