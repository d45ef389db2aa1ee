import Fields

// Converts fields and their types to JSON Schema.
extension PipelineSchema {
  static func group(
    _ group: GroupDescriptor, isPartial: Bool, required extra: Set<String> = [],
    replacing replaced: [String: JSONText] = [:]
  ) -> JSONText {
    let needed =
      isPartial ? [] : group.fields.filter { $0.mustBeWritten || extra.contains($0.name) }
    return .object([
      ("type", .string("object")),
      ("description", .string(group.meaning)),
      (
        "properties",
        .object(
          group.fields.map {
            ($0.name, replaced[$0.name] ?? field($0, isPartial: isPartial))
          })
      ),
      ("required", .array(needed.map { .string($0.name) })),
      ("additionalProperties", .bool(false)),
    ])
  }

  static func field(_ name: String, in group: GroupDescriptor) -> JSONText {
    group[name].map { field($0, isPartial: true) } ?? .object([])
  }

  static func field(_ field: FieldDescriptor, isPartial: Bool) -> JSONText {
    var description = field.meaning
    if let unit = field.unit { description += " (\(unit.rawValue))" }
    if case .choice(let choices) = field.type {
      description += choices.map { "\n- \($0.name): \($0.meaning)" }.joined()
    }
    var members: [(String, JSONText)] = [("description", .string(description))]
    let mayBeNull = isPartial || field.defaultValue == .some(.absent)
    if case .object(let typed) = type(field.type, isNullable: mayBeNull, isPartial: isPartial) {
      members += typed.filter { $0.0 != "description" }
    }
    if let value = field.defaultValue, !value.isAbsent, !field.mustBeWritten {
      members.append(("default", JSONText(value)))
    }
    return .object(members)
  }

  private static func type(
    _ type: FieldType, isNullable: Bool = false, isPartial: Bool
  ) -> JSONText {
    switch type {
    case .bool: return value("boolean", isNullable: isNullable)
    case .int(let range): return value("integer", bounds(range), isNullable: isNullable)
    case .float(let range): return value("number", bounds(range), isNullable: isNullable)
    case .string:
      let types = ["string"] + (isNullable ? ["null"] : [])
      return .object([("type", types.count == 1 ? .string("string") : strings(types))])
    case .scalar, .parameter:
      let types = ["string", "number", "boolean"] + (isNullable ? ["null"] : [])
      return .object([("type", strings(types))])
    case .quantity(let quantity):
      return value(
        "string", [("pattern", .string("\(quantity.pattern)|\(variable)"))],
        isNullable: isNullable)
    case .choice(let choices):
      let names =
        choices.filter { $0.numbered == nil }.map { JSONText.string($0.name) }
        + (isNullable ? [.null] : [])
      let patterns = choices.compactMap(\.pattern) + [variable]
      return .object([
        (
          "anyOf",
          .array(
            [.object([("enum", .array(names))])]
              + patterns.map {
                .object([("type", .string("string")), ("pattern", .string($0))])
              })
        )
      ])
    case .list(let element, let count):
      return value(
        "array",
        [
          ("items", Self.type(element, isPartial: isPartial)),
          ("minItems", .int(count.lowerBound)),
        ] + (count.upperBound == Int.max ? [] : [("maxItems", .int(count.upperBound))]),
        isNullable: isNullable)
    case .map(let element, _):
      return value(
        "object",
        [
          ("propertyNames", .object([("pattern", .string("^[A-Za-z0-9_-]+$"))])),
          (
            "additionalProperties",
            Self.type(element, isNullable: isPartial, isPartial: isPartial)
          ),
        ], isNullable: isNullable)
    case .group(let group):
      guard case .object(let members) = Self.group(group, isPartial: isPartial) else {
        return .object([])
      }
      return value("object", members.filter { $0.0 != "type" }, isNullable: isNullable)
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

  // MARK: Parts of a schema

  /// The schema of a value of a type, or of a text that contains a variable. The two do not
  /// conflict, because JSON Schema applies bounds only to numbers and patterns only to texts.
  static func value(
    _ type: String, _ members: [(String, JSONText)] = [], isNullable: Bool = false
  ) -> JSONText {
    let types = [type] + (type == "string" ? [] : ["string"]) + (isNullable ? ["null"] : [])
    let hasPattern = members.contains { $0.0 == "pattern" }
    return .object(
      [("type", types.count == 1 ? .string(type) : strings(types))]
        + (hasPattern ? [] : [("pattern", .string(variable))]) + members)
  }

  static func map(of element: JSONText, names pattern: String) -> JSONText {
    .object([
      ("type", .string("object")),
      ("propertyNames", .object([("pattern", .string(pattern))])),
      ("additionalProperties", element),
    ])
  }

  static func nullable(_ schema: JSONText) -> JSONText {
    .object([("anyOf", .array([schema, .object([("type", .string("null"))])]))])
  }

  static func reference(_ name: String) -> JSONText {
    .object([("$ref", .string("#/$defs/\(name)"))])
  }

  static func required(_ names: [String]) -> JSONText {
    .object([("required", strings(names))])
  }

  static func strings(_ texts: [String]) -> JSONText { .array(texts.map { .string($0) }) }
}

extension JSONText {
  /// An object with another object's members appended; for equal names the later member stays.
  func adding(_ other: JSONText) -> JSONText {
    guard case .object(let own) = self, case .object(let more) = other else { return self }
    return .object(own.filter { member in !more.contains { $0.0 == member.0 } } + more)
  }
}
