import Fields

/// The reference page. `docs/reference.md` is what this makes of the kinds of the program; a test
/// compares the two.
extension PipelineSchema {
  /// Describes every stage kind as one page of Markdown: its inputs, its presets, and each field
  /// with type, unit, default and meaning.
  package static func markdown(_ kinds: StageKinds) -> String {
    let head = """
      # Reference

      `laconic schema --markdown` made this page from the declarations that check your files; do
      not edit it. A field that is required must be written, unless a preset writes it. An optional
      field has no value until it is written. A part of a path in capitals, such as `SPLIT`, stands
      for a name of your choice.

      """
    let list = kinds.all.map { kind in
      "- [`\(kind.name)`](#\(kind.name)): \(inline(kind.meaning))\n"
    }
    let parts = [
      head, list.joined(), "## The file\n", table(of: file(kinds)),
      "Beside these fields of `stages.STAGE` a stage has those of its kind.\n",
    ]
    return (parts + kinds.all.map { markdown($0) }).joined(separator: "\n")
  }

  /// The fields of the file, with every kind among the choices of a stage's `kind`.
  private static func file(_ kinds: StageKinds) -> GroupDescriptor {
    let top = PipelineFields.top(of: kinds)
    return GroupDescriptor(
      meaning: top.meaning,
      fields: top.fields.map { field in
        guard field.name == "stages" else { return field }
        return FieldDescriptor(
          name: field.name,
          type: .map(of: .group(PipelineFields.stage(kinds: kinds)), keys: "stage"),
          defaultValue: nil, meaning: field.meaning, fieldClass: field.fieldClass)
      })
  }

  private static func markdown(_ kind: any StageKind) -> String {
    var parts = [
      "## \(kind.name)\n", "\(inline(kind.meaning)). Makes `\(kind.output.rawValue)`.\n",
    ]
    let inputs = inputRows(of: kind)
    if !inputs.isEmpty {
      parts += ["| input | takes | meaning |\n|---|---|---|\n" + inputs.joined()]
    }
    parts.append(table(of: kind.fields))
    parts += kind.presets.map { preset in
      """
      `preset: \(preset.name)` (\(inline(preset.meaning)); \(inline(preset.source))) writes

      ```yaml
      \(preset.text.trimmingLineBreaks)
      ```

      """
    }
    return parts.joined(separator: "\n")
  }

  private static func inputRows(of kind: any StageKind) -> [String] {
    var rows = kind.roles.map { role in
      let accepts = role.accepts.map { "`\($0.rawValue)`" }.joined(separator: " or ")
      let takes =
        (role.collects ? "labels to stages: " : "") + accepts
        + (role.isRequired ? "" : ", optional")
      return "| `\(role.name)` | \(takes) | \(inline(role.meaning)) |\n"
    }
    if let other = kind.otherRole {
      rows.append(
        "| `NAME` | anything, or labels to stages; optional | \(inline(other.meaning)) |\n")
    }
    return rows
  }

  private static func table(of group: GroupDescriptor) -> String {
    "| field | type | default | meaning |\n|---|---|---|---|\n" + rows(of: group, path: "").joined()
  }

  /// A row for each field, and below a group the rows of its fields by their whole path.
  private static func rows(of group: GroupDescriptor, path: String) -> [String] {
    group.fields.flatMap { field -> [String] in
      let name = path.isEmpty ? field.name : "\(path).\(field.name)"
      switch field.type {
      case .group(let inner):
        let value = field.defaultValue == .some(.absent) ? "off unless written" : ""
        return [row(name, "group", value, inline(field.meaning))] + rows(of: inner, path: name)
      case .map(of: .group(let inner), let keys):
        let each = "\(name).\(keys.uppercased())"
        return [row(each, "group", value(of: field), inline(field.meaning))]
          + rows(of: inner, path: each)
      default:
        let type = [short(field.type), field.type.rangeText, field.unit?.rawValue]
          .compactMap { $0 }.joined(separator: ", ")
        let meaning = [inline(field.meaning)] + choices(of: field.type)
        return [row(name, inline(type), value(of: field), meaning.joined(separator: "<br>"))]
      }
    }
  }

  private static func row(
    _ name: String, _ type: String, _ value: String, _ meaning: String
  ) -> String {
    "| `\(name)` | \(type) | \(value) | \(meaning) |\n"
  }

  /// The default without the word, which stands above the column.
  private static func value(of field: FieldDescriptor) -> String {
    let text = defaultText(of: field)
    guard text.hasPrefix("default ") else { return text }
    return inline(String(text.dropFirst("default ".count)))
  }

  private static func choices(of type: FieldType) -> [String] {
    switch type {
    case .choice(let choices): choices.map { "- `\($0.name)`: \(inline($0.meaning))" }
    case .list(let element, _), .map(let element, _): choices(of: element)
    default: []
    }
  }

  /// The text with what Markdown would read as its own marks written so that it is shown.
  private static func inline(_ text: String) -> String {
    text.map { character in
      switch character {
      case "<": "&lt;"
      case "|", "*", "[", "]", "`": "\\\(character)"
      default: String(character)
      }
    }.joined()
  }
}

extension String {
  /// The text without empty lines at its end.
  fileprivate var trimmingLineBreaks: String {
    var text = self
    while text.hasSuffix("\n") { text.removeLast() }
    return text
  }
}
