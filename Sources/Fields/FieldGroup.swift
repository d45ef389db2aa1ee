/// A Swift struct whose properties are configuration fields.
///
/// Each property is declared once more, in `fields`, with its YAML name, range, unit, meaning and
/// class; its default is the property's initial value. Everything else derives from that list.
///
/// ```swift
/// struct Warmup: FieldGroup {
///   var steps = 50
///   static let meaning = "The start of the learning rate"
///   static var fields: [Field<Warmup>] {
///     [.int("steps", \.steps, 0...1_000_000, unit: .steps, "Steps of linear warm-up", .semantic)]
///   }
/// }
/// ```
package protocol FieldGroup: Sendable, FieldDecodable {
  init()
  static var meaning: String { get }
  static var fields: [Field<Self>] { get }
  /// Raise this when the same values come to mean something else: it is part of the keys of stages
  /// where it is not 0.
  static var revision: Int { get }
  /// Mistakes in the combination of several fields.
  func issues() -> [FieldIssue]
}

/// A type that can be decoded from a validated value and describes its own fields.
package protocol FieldDecodable: Sendable {
  static var descriptor: GroupDescriptor { get }
  /// - Precondition: `value` was validated against `descriptor`.
  init(decoding value: FieldValue)
  /// All mistakes in combinations of fields, those of nested groups included.
  func allIssues() -> [FieldIssue]
}

extension FieldGroup {
  package static var revision: Int { 0 }
  package func issues() -> [FieldIssue] { [] }

  package static var descriptor: GroupDescriptor {
    DeclarationCache.descriptor(of: Self.self) {
      GroupDescriptor(
        meaning: meaning, fields: declared.map(\.descriptor), revision: revision)
    }
  }

  /// The cached `fields`.
  static var declared: [Field<Self>] {
    DeclarationCache.fields(of: Self.self) { fields }
  }

  package init(decoding value: FieldValue) {
    self.init()
    guard let members = value.mapValue else { return }
    for field in Self.declared {
      guard let member = members[field.descriptor.name], !member.isAbsent else { continue }
      field.assign(&self, member)
    }
  }

  /// The fields of this group as fields of another that holds it at `path`: they are written beside
  /// the other's own. The other's `issues()` must include those of this group.
  /// - Parameter meanings: what fields mean in the other group, by name, where it differs.
  package static func fields<Root: FieldGroup>(
    in path: WritableKeyPath<Root, Self>, meanings: [String: String] = [:]
  ) -> [Field<Root>] {
    declared.map { field in
      let own = field.descriptor
      return Field(
        FieldDescriptor(
          name: own.name, type: own.type, defaultValue: own.defaultValue, unit: own.unit,
          meaning: meanings[own.name] ?? own.meaning, fieldClass: own.fieldClass,
          isKeyedWhenAbsent: own.isKeyedWhenAbsent),
        issues: field.issues.map { issues in { issues($0[keyPath: path]) } },
        assign: { field.assign(&$0[keyPath: path], $1) })
    }
  }

  package func allIssues() -> [FieldIssue] {
    var found = issues()
    for field in Self.declared {
      if let issues = field.issues { found += issues(self) }
    }
    return found
  }
}

/// A field bound to the property that holds it.
package struct Field<Root> {
  package let descriptor: FieldDescriptor
  package let assign: (inout Root, FieldValue) -> Void
  /// Returns the issues of the groups inside the field; nil for a field without groups.
  package let issues: ((Root) -> [FieldIssue])?

  /// A field with custom decoding; the constructors in `Field+Constructors.swift` cover the usual
  /// types.
  package init(
    _ descriptor: FieldDescriptor,
    issues: ((Root) -> [FieldIssue])? = nil,
    assign: @escaping (inout Root, FieldValue) -> Void
  ) {
    self.descriptor = descriptor
    self.assign = assign
    self.issues = issues
  }
}

/// An enumeration whose cases are the values of a choice field.
package protocol FieldChoice: RawRepresentable, CaseIterable, Sendable where RawValue == String {
  var meaning: String { get }
}

extension FieldChoice {
  package static var choices: [Choice] { allCases.map { Choice($0.rawValue, $0.meaning) } }
}
