/// One of several implementations, of which a field chooses one by name.
///
/// The fields that it declares are written beside that field. A new alternative is one file, and
/// one line in its registry; its fields then appear in the schema and in the key.
package protocol Alternative: FieldGroup {
  /// The word that chooses it.
  static var name: String { get }
  /// The help for a field of this alternative alone that is written where another is chosen: "only
  /// 'brpo' scores responses at budgets".
  static var ownFieldsHelp: String? { get }
}

extension Alternative {
  package static var fields: [Field<Self>] { [] }
  package static var ownFieldsHelp: String? { nil }
}

/// The alternative that a field chose. `Implementation` is `any P`, where P refines `Alternative`.
package struct Slot<Implementation: Sendable>: Sendable {
  package var chosen: Implementation
  /// Issues for fields that were written for other alternatives, and so have no effect.
  package private(set) var idleFields: [FieldIssue] = []

  package init(_ chosen: Implementation) { self.chosen = chosen }

  /// The fields that the alternatives declare, each once, as fields of the group around the slot.
  /// - Parameters:
  ///   - path: of the slot in the group.
  ///   - choice: the name of the field that chooses. It must come before these fields.
  package static func fields<Root: FieldGroup>(
    at path: WritableKeyPath<Root, Slot>, of alternatives: [any Alternative.Type], choice: String
  ) -> [Field<Root>] {
    var declared: [String: FieldDescriptor] = [:]
    return alternatives.flatMap { alternative in
      alternative.descriptor.fields.compactMap { field in
        if let earlier = declared.updateValue(field, forKey: field.name) {
          precondition(earlier == field, "two alternatives declare '\(field.name)' differently")
          return nil
        }
        return Field(field) { root, value in
          root[keyPath: path].assign(value, to: field, among: alternatives, choice: choice)
        }
      }
    }
  }

  /// Assigns a value to the field of the chosen alternative, or notes that it has no effect there.
  private mutating func assign(
    _ value: FieldValue, to field: FieldDescriptor, among alternatives: [any Alternative.Type],
    choice: String
  ) {
    guard let chosen = chosen as? any Alternative else { return }
    if let assigned = chosen.assigning(value, to: field.name) as? Implementation {
      self.chosen = assigned
    } else if let absent = field.defaultValue, value != absent {
      // A required field must be written, so it is no mistake where it has no effect.
      idleFields.append(
        FieldIssue(
          [field.name],
          "\(field.name) has no effect with \(choice) '\(type(of: chosen).name)'",
          help: Self.help(for: field, among: alternatives, choice: choice)))
    }
  }

  /// The help for a field that has no effect: where it has one.
  private static func help(
    for field: FieldDescriptor, among alternatives: [any Alternative.Type], choice: String
  ) -> String? {
    let owners = alternatives.filter { $0.descriptor[field.name] != nil }
    guard owners.count > 1 else { return owners.first?.ownFieldsHelp }
    return "it has one with \(choice) " + owners.map { "'\($0.name)'" }.joined(separator: " or ")
  }
}

extension Field where Root: FieldGroup {
  /// The field that chooses an alternative by its name.
  package static func slot<Implementation>(
    _ name: String, _ path: WritableKeyPath<Root, Slot<Implementation>>,
    of alternatives: [any Alternative.Type], _ meaning: String, _ fieldClass: FieldClass,
    required: Bool = false
  ) -> Field {
    let chosen = Root()[keyPath: path].chosen as? any Alternative
    return Field(
      FieldDescriptor(
        name: name, type: .choice(alternatives.map { Choice($0.name, $0.meaning) }),
        defaultValue: required ? nil : chosen.map { .string(type(of: $0).name) },
        meaning: meaning, fieldClass: fieldClass)
    ) { root, value in
      let alternative = alternatives.first { $0.name == value.stringValue }
      if let chosen = alternative?.init() as? Implementation { root[keyPath: path] = Slot(chosen) }
    }
  }
}

extension FieldGroup {
  /// Returns a copy with a value for one of its fields; nil if it declares no such field.
  fileprivate func assigning(_ value: FieldValue, to name: String) -> Self? {
    guard let field = Self.declared.first(where: { $0.descriptor.name == name }) else { return nil }
    var copy = self
    field.assign(&copy, value)
    return copy
  }
}
