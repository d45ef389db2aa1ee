package import Fields

/// The file format as a JSON Schema (draft 2020-12), for editors: completion, checks while typing,
/// meanings on hover. Made from the declarations that validation uses.
package enum PipelineSchema {
  package static func json(_ kinds: StageKinds) -> String {
    let stages = JSONText.object([
      ("type", .string("object")),
      ("description", .string("The stages by name")),
      ("propertyNames", .object([("pattern", .string(slug))])),
      ("additionalProperties", .object([("$ref", .string("#/$defs/stage"))])),
      ("minProperties", .int(1)), ("maxProperties", .int(PipelineFields.stageLimit)),
    ])
    let sweep = group(
      PipelineFields.sweep,
      replacing: [
        "grid": .object([
          ("type", .string("object")),
          ("description", .string(PipelineFields.sweep["grid"]?.meaning ?? "")),
          ("propertyNames", .object([("pattern", .string("^[a-z][a-z0-9_-]*(\\.[^.]+)+$"))])),
          (
            "additionalProperties",
            .object([("type", .string("array")), ("minItems", .int(1))])
          ),
        ])
      ])
    guard
      case .object(let top) = group(
        PipelineFields.top,
        replacing: [
          "name": top("name", with: [("pattern", .string(slug))]),
          "seeds": top("seeds", with: [("uniqueItems", .bool(true))]),
          "stages": stages, "sweep": sweep,
        ])
    else { return "" }
    let schema = JSONText.object(
      [
        ("$schema", .string("https://json-schema.org/draft/2020-12/schema")),
        ("title", .string("Laconic pipeline")),
      ] + top + [("$defs", .object(definitions(kinds)))])
    return schema.indented
  }

  /// What `String.isSlug` asks for.
  private static let slug = "^[a-z][a-z0-9_-]{0,63}$"

  /// A field of the pipeline with what its type does not say.
  private static func top(_ name: String, with extra: [(String, JSONText)]) -> JSONText {
    guard let declared = PipelineFields.top[name], case .object(let members) = field(declared)
    else { return .object(extra) }
    return .object(members + extra)
  }

  /// `stage` chooses by kind; `stage.KIND` is one kind, whole.
  private static func definitions(_ kinds: StageKinds) -> [(String, JSONText)] {
    let choice = PipelineFields.stage(kinds: kinds)
    let branches = kinds.all.map { kind in
      let isKind = JSONText.object([
        (
          "properties",
          .object([("kind", .object([("const", .string(kind.name))]))])
        ),
        ("required", .array([.string("kind")])),
      ])
      return JSONText.object([
        ("if", isKind),
        ("then", .object([("$ref", .string("#/$defs/stage.\(kind.name)"))])),
      ])
    }
    let stage = JSONText.object([
      ("type", .string("object")),
      ("properties", .object([("kind", choice["kind"].map(field) ?? .object([]))])),
      ("required", .array([.string("kind")])),
      ("allOf", .array(branches)),
    ])
    let source = JSONText.object([
      (
        "oneOf",
        .array([
          .object([
            ("type", .string("string")), ("description", .string("The name of a stage")),
          ]),
          .object([
            ("type", .string("object")),
            (
              "properties",
              .object([
                (
                  "checkpoint",
                  .object([
                    ("type", .string("string")),
                    ("description", .string("A model folder, relative to this file")),
                  ])
                )
              ])
            ),
            ("required", .array([.string("checkpoint")])),
            ("additionalProperties", .bool(false)),
          ]),
        ])
      )
    ])
    return [("source", source), ("stage", stage)]
      + kinds.all.map { ("stage.\($0.name)", definition($0)) }
  }

  private static func definition(_ kind: any StageKind) -> JSONText {
    group(
      PipelineFields.stage(of: kind),
      required: kind.roles.contains(where: \.isRequired)
        ? ["inputs"] : [],
      replacing: [
        "kind": .object([
          ("const", .string(kind.name)), ("description", .string(kind.meaning)),
        ]),
        "inputs": inputs(kind),
      ])
  }

  private static func inputs(_ kind: any StageKind) -> JSONText {
    let source = JSONText.object([("$ref", .string("#/$defs/source"))])
    let roles = kind.roles.map { role -> (String, JSONText) in
      let accepts = role.accepts.map(\.rawValue).joined(separator: " or ")
      let described: [(String, JSONText)] = [
        ("description", .string("\(role.meaning) (\(accepts))"))
      ]
      guard role.collects else {
        return (role.name, .object(described + [("$ref", .string("#/$defs/source"))]))
      }
      return (
        role.name,
        .object(
          described + [
            ("type", .string("object")), ("additionalProperties", source),
            ("minProperties", .int(role.isRequired ? 1 : 0)),
          ])
      )
    }
    return .object([
      ("type", .string("object")),
      ("description", .string("Where each role's input comes from")),
      ("properties", .object(roles)),
      ("required", .array(kind.roles.filter(\.isRequired).map { .string($0.name) })),
      ("additionalProperties", .bool(false)),
    ])
  }

  // MARK: Fields

  private static func group(
    _ group: GroupDescriptor, required extra: Set<String> = [],
    replacing replaced: [String: JSONText] = [:]
  ) -> JSONText {
    let required = group.fields.filter { $0.mustBeWritten || extra.contains($0.name) }
    return .object([
      ("type", .string("object")),
      ("description", .string(group.meaning)),
      (
        "properties", .object(group.fields.map { ($0.name, replaced[$0.name] ?? field($0)) })
      ),
      ("required", .array(required.map { .string($0.name) })),
      ("additionalProperties", .bool(false)),
    ])
  }

  private static func field(_ field: FieldDescriptor) -> JSONText {
    var description = field.meaning
    if let unit = field.unit { description += " (\(unit.rawValue))" }
    if case .choice(let choices) = field.type {
      description += choices.map { "\n- \($0.name): \($0.meaning)" }.joined()
    }
    var members: [(String, JSONText)] = [("description", .string(description))]
    if field.defaultValue == .some(.absent) {
      members.append(
        ("anyOf", .array([type(field.type), .object([("type", .string("null"))])])))
    } else {
      guard case .object(let typed) = type(field.type) else { return .object(members) }
      members += typed.filter { $0.0 != "description" }
    }
    if let value = field.defaultValue, !value.isAbsent, !field.mustBeWritten {
      members.append(("default", JSONText(value)))
    }
    return .object(members)
  }

  private static func type(_ type: FieldType) -> JSONText {
    switch type {
    case .bool: .object([("type", .string("boolean"))])
    case .int(let range): .object([("type", .string("integer"))] + bounds(range))
    case .float(let range): .object([("type", .string("number"))] + bounds(range))
    case .string: .object([("type", .string("string"))])
    case .choice(let choices): .object([("enum", .array(choices.map { .string($0.name) }))])
    case .quantity(let quantity):
      .object([("type", .string("string")), ("pattern", .string(quantity.pattern))])
    case .list(let element, let count):
      .object(
        [
          ("type", .string("array")), ("items", Self.type(element)),
          ("minItems", .int(count.lowerBound)),
        ] + (count.upperBound == Int.max ? [] : [("maxItems", .int(count.upperBound))]))
    case .map(let element, _):
      .object([
        ("type", .string("object")),
        ("propertyNames", .object([("pattern", .string("^[A-Za-z0-9_-]+$"))])),
        ("additionalProperties", Self.type(element)),
      ])
    case .group(let group): Self.group(group)
    }
  }

  private static func bounds(_ range: ClosedRange<Int>) -> [(String, JSONText)] {
    (range.lowerBound == Int.min ? [] : [("minimum", .int(range.lowerBound))])
      + (range.upperBound == Int.max ? [] : [("maximum", .int(range.upperBound))])
  }

  private static func bounds(_ range: FloatRange) -> [(String, JSONText)] {
    var bounds: [(String, JSONText)] = []
    if range.lower.isFinite {
      bounds.append(
        (range.excludesLower ? "exclusiveMinimum" : "minimum", JSONText(.float(range.lower))))
    }
    if range.upper.isFinite {
      bounds.append(
        (range.excludesUpper ? "exclusiveMaximum" : "maximum", JSONText(.float(range.upper))))
    }
    return bounds
  }
}

extension FieldDescriptor {
  /// Whether a file without this field is wrong: it is required, or a group with such a field in
  /// it.
  package var mustBeWritten: Bool {
    if isRequired { return true }
    guard case .group(let group) = type, defaultValue != .some(.absent) else { return false }
    return group.fields.contains(where: \.mustBeWritten)
  }
}
