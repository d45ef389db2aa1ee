import Fields

/// The file format as a JSON Schema (draft 2020-12), which gives editors completion, checks while
/// typing and documentation on hover. It is made from the declarations that validation uses.
///
/// Each part exists twice. *Whole* requires every required field. *Partial* requires none and
/// accepts `null`; it is for files in which another part may write a field: a file that extends
/// another or has defaults or a sweep, and a stage with a preset. If a file extends another, its
/// top-level fields accept `null`, which removes the extended file's field. A variable is accepted
/// wherever a value is.
package enum PipelineSchema {
  package static func json(_ kinds: StageKinds) -> String {
    let fields = PipelineFields.top(of: kinds)
    var properties: [(String, JSONText)] = fields.fields.map { field in
      (field.name, Self.field(field, isPartial: true))
    }
    func replace(_ name: String, _ schema: JSONText) {
      guard let index = properties.firstIndex(where: { $0.0 == name }) else { return }
      let meaning = JSONText.object([("description", .string(fields[name]?.meaning ?? ""))])
      properties[index].1 = meaning.adding(schema)
    }
    replace(
      "name", value("string", [("pattern", .string("\(slug)|\(variable)"))], isNullable: true))
    replace("seeds", field("seeds", in: fields).adding(.object([("uniqueItems", .bool(true))])))
    replace(
      "extends",
      .object([
        ("type", strings(["string", "array", "null"])),
        ("items", .object([("type", .string("string"))])), ("minItems", .int(1)),
      ]))
    replace("vars", nullable(map(of: .bool(true), names: "^[A-Za-z0-9_-]+$")))
    replace("stages", .object([("type", strings(["object", "null"]))]))
    replace("defaults", defaults(kinds))
    replace("sweep", sweep)
    let extending = required(["extends"]).adding(
      .object([("properties", .object([("extends", isThere)]))]))
    let written = fields.fields.map(\.name)
      .filter { !["extends", "vars", "defaults", "sweep"].contains($0) }.map { ($0, isThere) }
    let schema = JSONText.object([
      ("$schema", .string("https://json-schema.org/draft/2020-12/schema")),
      ("title", .string("Laconic pipeline")),
      ("type", .string("object")),
      ("description", .string(fields.meaning)),
      ("properties", .object(properties)),
      ("additionalProperties", .bool(false)),
      (
        "if",
        .object([
          ("anyOf", .array([extending] + ["defaults", "sweep"].map { required([$0]) }))
        ])
      ),
      (
        "then",
        .object([("properties", .object([("stages", nullable(stages(isPartial: true)))]))])
      ),
      ("else", .object([("properties", .object([("stages", stages(isPartial: false))]))])),
      (
        "allOf",
        .array([
          .object([
            ("if", extending),
            (
              "else",
              required(fields.fields.filter(\.isRequired).map(\.name)).adding(
                .object([("properties", .object(written))]))
            ),
          ])
        ])
      ),
      ("$defs", .object(definitions(kinds))),
    ])
    return schema.indented
  }

  /// Matches anything except `null`.
  private static let isThere = JSONText.object([
    ("not", .object([("type", .string("null"))]))
  ])

  /// The pattern that `String.isSlug` checks.
  static let slug = "^[a-z][a-z0-9_-]{0,63}$"
  /// The pattern of a text that contains a variable.
  static let variable = "(^|[^$])\\$\\{vars\\."

  // MARK: The top of the file

  private static func stages(isPartial: Bool) -> JSONText {
    // A file that extends another may remove one of its stages with `null`.
    let stage =
      isPartial
      ? JSONText.object([
        ("anyOf", .array([reference("stage.partial"), .object([("type", .string("null"))])]))
      ]) : reference("stage")
    return .object([
      ("type", .string("object")),
      ("propertyNames", .object([("pattern", .string(slug))])),
      ("additionalProperties", stage),
      ("minProperties", .int(1)), ("maxProperties", .int(PipelineFields.stageLimit)),
    ])
  }

  private static func defaults(_ kinds: StageKinds) -> JSONText {
    nullable(
      .object([
        ("type", .string("object")),
        (
          "properties",
          .object(
            kinds.all.map { ($0.name, group(PipelineFields.defaults(of: $0), isPartial: true)) })
        ),
        ("additionalProperties", .bool(false)),
      ]))
  }

  private static var sweep: JSONText {
    let path = "^[a-z][a-z0-9_-]*(\\.[A-Za-z0-9_-]+)+$"
    let list = JSONText.object([
      ("type", strings(["array", "object", "string", "null"])),
      ("minItems", .int(1)), ("minProperties", .int(1)), ("pattern", .string(variable)),
      ("propertyNames", .object([("pattern", .string("^[A-Za-z0-9_-]+$"))])),
    ])
    let forms: [String: JSONText] = [
      "grid": nullable(map(of: list, names: path)),
      "zip": nullable(map(of: list, names: path)),
      "points": value(
        "array", [("items", map(of: .bool(true), names: path)), ("minItems", .int(1))],
        isNullable: true),
    ]
    let fields = PipelineFields.sweep.fields.map { field in
      (
        field.name,
        JSONText.object([("description", .string(field.meaning))])
          .adding(forms[field.name] ?? .object([]))
      )
    }
    return nullable(
      .object([
        ("type", .string("object")), ("properties", .object(fields)),
        ("additionalProperties", .bool(false)),
      ]))
  }

  // MARK: Stages

  /// `stage` chooses by kind; `stage.KIND` is one kind, whole; a name ending in `.partial` requires
  /// nothing.
  private static func definitions(_ kinds: StageKinds) -> [(String, JSONText)] {
    let source = JSONText.object([
      (
        "oneOf",
        .array(
          [
            .object([
              ("type", .string("string")), ("description", .string("The name of a stage")),
            ]),
            outside(
              "checkpoint",
              [
                ("checkpoint", text("A model folder or a GGUF file, relative to this file")),
                (
                  "base",
                  text("The model that an adapter's folder adapts, unless that folder names it")
                ),
              ]),
            outside("file", [("file", text("A file, relative to this file"))]),
            outside(
              "files",
              [
                (
                  "files",
                  .object([
                    ("type", .string("array")),
                    ("items", text("A file's path in the folder")),
                    ("minItems", .int(1)), ("maxItems", .int(1000)),
                  ])
                ), ("folder", text("The folder of the files; that of this file when left out")),
              ]),
          ]
            + kinds.all.compactMap(\.server).prefix(1).map { form in
              outside("server", [("server", group(form.fields, isPartial: false))])
            })
      )
    ])
    return [
      ("source", source), ("stage", choice(kinds)), ("stage.partial", partialChoice(kinds)),
    ]
      + kinds.all.flatMap { kind in
        [
          ("stage.\(kind.name)", definition(kind, isPartial: false)),
          ("stage.\(kind.name).partial", definition(kind, isPartial: true)),
        ]
      }
  }

  /// Chooses the schema by kind; a stage with a preset may omit the fields that the preset writes.
  private static func choice(_ kinds: StageKinds) -> JSONText {
    .object([
      ("type", .string("object")),
      ("properties", .object([("kind", kindField(kinds))])),
      ("required", .array([.string("kind")])),
      (
        "allOf",
        .array(
          kinds.all.map { kind in
            let whole = reference("stage.\(kind.name)")
            let then =
              kind.presets.isEmpty
              ? whole
              : .object([
                ("if", required(["preset"])),
                ("then", reference("stage.\(kind.name).partial")), ("else", whole),
              ])
            return .object([("if", isKind(kind)), ("then", then)])
          })
      ),
    ])
  }

  /// The schema of a stage whose other fields, even the kind, another file may write: it must match
  /// some kind.
  private static func partialChoice(_ kinds: StageKinds) -> JSONText {
    let partials = kinds.all.map { reference("stage.\($0.name).partial") }
    return .object([
      ("type", .array([.string("object"), .string("null"), .string("string")])),
      ("pattern", .string(variable)),
      ("properties", .object([("kind", kindField(kinds))])),
      (
        "allOf",
        .array(
          kinds.all.enumerated().map { index, kind in
            .object([("if", isKind(kind)), ("then", partials[index])])
          })
      ),
      (
        "if",
        .object([
          ("type", .string("object")), ("not", required(["kind"])),
        ])
      ),
      ("then", .object([("anyOf", .array(partials))])),
    ])
  }

  private static func kindField(_ kinds: StageKinds) -> JSONText {
    PipelineFields.stage(kinds: kinds)["kind"].map { field($0, isPartial: false) } ?? .object([])
  }

  private static func isKind(_ kind: any StageKind) -> JSONText {
    .object([
      ("type", .string("object")),
      ("properties", .object([("kind", .object([("const", .string(kind.name))]))])),
      ("required", .array([.string("kind")])),
    ])
  }

  /// The schema of one form of an outside input.
  private static func outside(_ form: String, _ properties: [(String, JSONText)]) -> JSONText {
    .object([
      ("type", .string("object")), ("properties", .object(properties)),
      ("required", .array([.string(form)])), ("additionalProperties", .bool(false)),
    ])
  }

  private static func text(_ description: String) -> JSONText {
    .object([("type", .string("string")), ("description", .string(description))])
  }

  private static func definition(_ kind: any StageKind, isPartial: Bool) -> JSONText {
    group(
      PipelineFields.stage(of: kind), isPartial: isPartial,
      required: kind.roles.contains(where: \.isRequired) ? ["inputs"] : [],
      replacing: [
        "kind": .object([
          ("const", .string(kind.name)), ("description", .string(kind.meaning)),
        ]),
        "inputs": inputs(kind, isPartial: isPartial),
      ])
  }

  /// The schema of inputs under names that the user chooses: a source, or several sources by label.
  private static func others(_ kind: any StageKind) -> JSONText {
    guard let role = kind.otherRole else { return .bool(false) }
    let labels = JSONText.object([
      ("type", .string("object")), ("additionalProperties", reference("source")),
      ("minProperties", .int(1)),
    ])
    return .object([
      ("description", .string(role.meaning)), ("anyOf", .array([reference("source"), labels])),
    ])
  }

  private static func inputs(_ kind: any StageKind, isPartial: Bool) -> JSONText {
    let roles = kind.roles.map { role -> (String, JSONText) in
      let accepts = role.accepts.map(\.rawValue).joined(separator: " or ")
      let described = JSONText.object([
        ("description", .string("\(role.meaning) (\(accepts))"))
      ])
      let mayBeNull = isPartial || !role.isRequired
      guard role.collects else {
        let source = reference("source")
        return (role.name, described.adding(mayBeNull ? nullable(source) : source))
      }
      let labels = value(
        "object",
        [
          ("additionalProperties", isPartial ? nullable(reference("source")) : reference("source")),
          ("minProperties", .int(role.isRequired && !isPartial ? 1 : 0)),
        ], isNullable: mayBeNull)
      return (role.name, described.adding(labels))
    }
    let needed = isPartial ? [] : kind.roles.filter(\.isRequired).map(\.name)
    return value(
      "object",
      [
        ("description", .string("The source of each role's input")),
        ("properties", .object(roles)),
        ("required", .array(needed.map { .string($0) })),
        ("additionalProperties", others(kind)),
      ], isNullable: isPartial)
  }
}
