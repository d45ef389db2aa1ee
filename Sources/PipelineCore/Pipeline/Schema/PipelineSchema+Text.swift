import Fields

extension PipelineSchema {
  /// Describes a stage kind for a terminal of 80 columns: what it does, its inputs and output, and
  /// every field with its type, range, unit, default and meaning.
  package static func text(_ kind: any StageKind) -> String {
    var lines = wrapped("\(kind.name): \(kind.meaning)", indent: 0, hanging: 2)
    lines += ["", "Makes \(kind.output.rawValue)."]
    if !kind.roles.isEmpty || kind.otherRole != nil {
      lines += ["", "Inputs"]
      for role in kind.roles {
        let accepts = role.accepts.map(\.rawValue).joined(separator: " or ")
        let how =
          (role.collects ? "labels to stages: " : "") + accepts
          + (role.isRequired ? "" : ", optional")
        lines += entry("inputs.\(role.name)", how, role.meaning)
      }
      if let other = kind.otherRole {
        lines += entry("inputs.NAME", "anything, or labels to stages; optional", other.meaning)
      }
    }
    if !kind.presets.isEmpty {
      lines += ["", "Presets (preset: NAME)"]
      for preset in kind.presets {
        lines += wrapped("\(preset.name): \(preset.meaning)", indent: 2, hanging: 6)
      }
    }
    lines += ["", "Fields"]
    lines += fields(of: kind.fields, path: "")
    return lines.joined(separator: "\n") + "\n"
  }

  /// Describes a preset: its meaning and its source as comments, then its fields as they are
  /// written.
  package static func text(_ preset: Preset) -> String {
    let head =
      wrapped("\(preset.name): \(preset.meaning)", indent: 2, hanging: 2)
      + wrapped(preset.source, indent: 2, hanging: 2)
    return head.map { "# \($0.dropFirst(2))\n" }.joined() + preset.text
  }

  /// Describes the fields every stage has in addition to those of its kind.
  package static var limitsText: String {
    let group = GroupDescriptor(
      meaning: StageLimits.meaning,
      fields: [PipelineFields.numSeeds] + StageLimits.descriptor.fields)
    return (["Fields of every stage; no result depends on them"] + fields(of: group, path: ""))
      .joined(
        separator: "\n") + "\n"
  }

  /// Lists the kinds, one per line.
  package static func text(_ kinds: StageKinds) -> String {
    let width = (kinds.all.map(\.name.count).max() ?? 0) + 2
    let lines = kinds.all.flatMap { kind in
      wrapped(
        kind.name.padded(to: width) + kind.meaning, indent: 2, hanging: width + 2)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static let columns = 80

  private static func fields(of group: GroupDescriptor, path: String) -> [String] {
    group.fields.flatMap { field -> [String] in
      let name = path.isEmpty ? field.name : "\(path).\(field.name)"
      switch field.type {
      case .group(let inner):
        let how = field.defaultValue == .some(.absent) ? "group, off unless written" : "group"
        return entry(name, how, field.meaning) + fields(of: inner, path: name)
      case .map(of: .group(let inner), let keys):
        let each = "\(name).\(keys.uppercased())"
        return entry(each, "group, \(defaultText(of: field))", field.meaning)
          + fields(of: inner, path: each)
      default:
        return entry(name, described(field), field.meaning) + choices(of: field.type)
      }
    }
  }

  /// A field's type, range, unit and default: `whole number, at least 1, tokens; default 165`.
  private static func described(_ field: FieldDescriptor) -> String {
    let parts = [short(field.type), field.type.rangeText, field.unit?.rawValue].compactMap { $0 }
    return parts.joined(separator: ", ") + "; " + defaultText(of: field)
  }

  static func defaultText(of field: FieldDescriptor) -> String {
    switch field.defaultValue {
    case nil: "required"
    case .some(.absent): "optional"
    case .some(.string("")): "default empty"
    case .some(.map(let members)) where members.isEmpty: "default none"
    case .some(let value): "default \(value.text)"
    }
  }

  static func short(_ type: FieldType) -> String {
    switch type {
    case .bool: "true or false"
    case .int: "whole number"
    case .float: "number"
    case .string: "text"
    case .scalar, .parameter: "text, number, true or false"
    case .choice: "one of the below"
    case .quantity(.time): "time"
    case .quantity(.size): "size"
    case .list(let element, let count):
      "list of " + (count == 0...Int.max ? "" : "\(count.text) ") + short(element)
    case .map(let element, let keys): "map from \(keys) to \(short(element))"
    case .group: "group"
    }
  }

  private static func choices(of type: FieldType) -> [String] {
    switch type {
    case .choice(let choices):
      choices.flatMap { wrapped("\($0.name): \($0.meaning)", indent: 8, hanging: 10) }
    case .list(let element, _), .map(let element, _): choices(of: element)
    default: []
    }
  }

  /// The name and its type on one line, or on two if they are long; the meaning follows below.
  private static func entry(_ name: String, _ how: String, _ meaning: String) -> [String] {
    let margin = 31
    // A line that is too long breaks before the default, if there is one.
    let cut = how.count <= columns - margin ? nil : how.firstRange(of: "; ")?.upperBound
    var lines = wrapped(String(how[..<(cut ?? how.endIndex)]), indent: margin, hanging: margin)
    if let cut { lines += wrapped(String(how[cut...]), indent: margin, hanging: margin) }
    lines = lines.map(\.trimmingTrailingSpaces)
    if name.count < margin - 2 {
      lines[0] = "  " + name.padded(to: margin - 2) + lines[0].dropFirst(margin)
    } else {
      lines.insert("  " + name, at: 0)
    }
    return lines + wrapped(meaning, indent: 6, hanging: 6)
  }

  private static func wrapped(_ text: String, indent: Int, hanging: Int) -> [String] {
    WordWrap.lines(of: text, width: columns, indent: indent, hanging: hanging)
  }
}
