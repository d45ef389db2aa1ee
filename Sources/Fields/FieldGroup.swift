/// A Swift struct whose properties are configuration fields.
///
/// Each property is declared once more, in `fields`, with its YAML name, range, unit, meaning and
/// class; its default is the property's initial value. Everything else derives from that list.
///
/// ```swift
/// struct Warmup: FieldGroup {
///   var steps = 50
///   static let meaning = "How the learning rate starts"
///   static var fields: [Field<Warmup>] {
///     [.int("steps", \.steps, 0...1_000_000, unit: .steps, "Steps of linear warm-up", .semantic)]
///   }
/// }
/// ```
package protocol FieldGroup: Sendable, FieldDecodable {
  init()
  static var meaning: String { get }
  static var fields: [Field<Self>] { get }
  /// Mistakes that only several fields together make.
  func issues() -> [FieldIssue]
}

/// What can be decoded from a validated value and describe its own type.
package protocol FieldDecodable: Sendable {
  static var descriptor: GroupDescriptor { get }
  /// - Precondition: `value` was validated against `descriptor`.
  init(decoding value: FieldValue)
  /// All cross-field issues, those of nested groups included.
  func allIssues() -> [FieldIssue]
}

extension FieldGroup {
  package func issues() -> [FieldIssue] { [] }

  package static var descriptor: GroupDescriptor {
    DeclarationCache.descriptor(of: Self.self) {
      GroupDescriptor(meaning: meaning, fields: declared.map(\.descriptor))
    }
  }

  /// `fields`, made once.
  private static var declared: [Field<Self>] {
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
  /// Of the groups inside it; nil for a field that holds none.
  package let issues: ((Root) -> [FieldIssue])?

  /// A field with its own way of being read; the constructors below cover the usual ones.
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
