package import Fields
import ModelCore

/// The options of verifiers. A stage gives them to all its problems as fields of these names, and a
/// line's own field goes before the stage's: one question may have a tolerance of its own.
package struct VerifierOptions: FieldGroup, Hashable {
  package static let absTolerance = "abs_tolerance"
  package static let relTolerance = "rel_tolerance"
  package static let pattern = "pattern"
  package static let allow = "allow"
  /// The field with the texts of a question's options, in the order of the letters.
  package static let choices = "choices"

  package var absTolerance: Double?
  package var relTolerance: Double?
  package var pattern: String?
  package var allow: [String] = []

  package init() {}

  package static let meaning = "The options of verifiers"
  package static var fields: [Field<VerifierOptions>] {
    [
      .float(
        Self.absTolerance, \.absTolerance, .nonNegative,
        "The difference that 'numeric' and 'math' accept", .semantic),
      .float(
        Self.relTolerance, \.relTolerance, .nonNegative,
        "The difference that 'numeric' and 'math' accept, as a share of the reference's size",
        .semantic),
      .string(
        Self.pattern, \.pattern, "The regular expression that 'regex' has answers match",
        .semantic),
      Field(
        FieldDescriptor(
          name: Self.allow, type: .list(of: .choice(MathAllowances.choices), count: 1...2),
          defaultValue: .absent, meaning: "The answers that 'math' accepts besides equal ones",
          fieldClass: .semantic)
      ) { root, value in
        root.allow = (value.listValue ?? []).compactMap(\.stringValue)
      },
    ]
  }

  package func issues() -> [FieldIssue] {
    guard let pattern else { return [] }
    do {
      _ = try WholePattern(pattern)
      return []
    } catch {
      return [
        FieldIssue(
          [Self.pattern],
          "the pattern cannot be read at its character \(error.place + 1): \(error.reason)")
      ]
    }
  }

  /// The options that were written, as fields of a problem.
  package var problemFields: [String: ProblemField] {
    var fields: [String: ProblemField] = [:]
    fields[Self.absTolerance] = absTolerance.map(Self.field)
    fields[Self.relTolerance] = relTolerance.map(Self.field)
    fields[Self.pattern] = pattern.map { .string($0) }
    if !allow.isEmpty { fields[Self.allow] = .texts(allow) }
    return fields
  }

  /// A whole number is an integer, as a decoder reads it.
  private static func field(_ number: Double) -> ProblemField {
    Int(exactly: number).map { .int($0) } ?? .double(number)
  }

  /// Issues of options that a verifier does not read, and of a verifier without one that it needs.
  /// - Parameter given: the fields that lines carry along.
  package func issues(
    with verifier: (any AnswerVerifier)?, named name: String, given: some Collection<String>
  ) -> [FieldIssue] {
    let written = problemFields.keys.sorted()
    let read = verifier?.options ?? []
    let idle = written.filter { !read.contains($0) }.map { option in
      let readers = AnswerVerifiers.all.filter { $0.options.contains(option) }.map(\.name)
      return FieldIssue(
        [option], "\(option) has no effect with 'verifier: \(name)'",
        help: readers.first.map { "it has one with 'verifier: \($0)'" })
    }
    guard idle.isEmpty, verifier?.needsOption ?? false,
      !read.contains(where: { written.contains($0) }),
      !read.contains(where: { given.contains($0) })
    else { return idle }
    return [
      FieldIssue(
        ["verifier"],
        "'verifier: \(name)' needs \(read.joined(separator: " or "))",
        help: "write it beside 'verifier', or map it under 'fields' if lines have it")
    ]
  }
}
