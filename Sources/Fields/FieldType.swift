import Algorithms

/// The type of the values of a field.
package indirect enum FieldType: Sendable, Hashable {
  case bool
  case int(ClosedRange<Int>)
  case float(FloatRange)
  case string
  /// Text, a number, true or false.
  case scalar
  /// As `scalar`, but passed on character by character: a number keeps its text.
  case parameter
  case choice([Choice])
  /// A text with a unit, kept as written; `TimeSpan` or `ByteSize` reads it.
  case quantity(Quantity)
  case list(of: FieldType, count: ClosedRange<Int>)
  /// A map whose keys the user chooses; `keys` is the noun for what a key names ("split").
  case map(of: FieldType, keys: String)
  case group(GroupDescriptor)
}

/// One value of a choice, with its one-line meaning.
package struct Choice: Sendable, Hashable {
  package let name: String
  package let meaning: String

  package init(_ name: String, _ meaning: String) {
    self.name = name
    self.meaning = meaning
  }

  /// The part before `B` of a name such as `accuracy@B`, `pass^B` or `g_pass@B_T`; nil for a name
  /// without a number. Such a choice is written with a whole number above 0 in place of B, and a
  /// share in place of T: `accuracy@32`, `g_pass@8_0.5`.
  package var numbered: String? {
    let name = takesShare ? String(name.dropLast(2)) : name
    return name.hasSuffix("@B") || name.hasSuffix("^B") ? String(name.dropLast()) : nil
  }

  private var takesShare: Bool { name.hasSuffix("B_T") }

  /// The regular expression of the texts that select a choice with a number; nil for another.
  package var pattern: String? {
    numbered.map { prefix in
      "^" + prefix.replacing("^", with: "\\^") + "[1-9][0-9]*"
        + (takesShare ? "_(1|0\\.[0-9]{0,5}[1-9])" : "") + "$"
    }
  }

  /// True if a text selects this choice.
  package func accepts(_ text: String) -> Bool {
    guard let numbered else { return name == text }
    guard text.hasPrefix(numbered) else { return false }
    let rest = text.dropFirst(numbered.count)
    guard takesShare else { return Self.isNumber(rest) }
    let parts = rest.split(separator: "_", maxSplits: 1, omittingEmptySubsequences: false)
    return parts.count == 2 && Self.isNumber(parts[0]) && Self.isShare(parts[1])
  }

  /// True for 1 and for 0 with one to six decimals, the last not 0, so that each has one spelling.
  private static func isShare(_ text: Substring) -> Bool {
    guard text != "1" else { return true }
    let digits = text.utf8.dropFirst(2)
    return text.hasPrefix("0.") && (1...6).contains(digits.count)
      && digits.last != UInt8(ascii: "0")
      && digits.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  }

  /// True for a whole number above 0 without a sign or leading zeros, so that each has one
  /// spelling.
  private static func isNumber(_ text: Substring) -> Bool {
    Int(text).map { $0 > 0 && String($0) == text } ?? false
  }
}

/// An interval of real numbers, each end open or closed.
package struct FloatRange: Sendable, Hashable {
  package var lower: Double
  package var upper: Double
  package var excludesLower: Bool
  package var excludesUpper: Bool

  package init(
    _ lower: Double, _ upper: Double, excludesLower: Bool = false, excludesUpper: Bool = false
  ) {
    self.lower = lower
    self.upper = upper
    self.excludesLower = excludesLower
    self.excludesUpper = excludesUpper
  }

  /// Zero and above.
  package static let nonNegative = FloatRange(0, .infinity, excludesUpper: true)
  /// Above zero.
  package static let positive = FloatRange(
    0, .infinity, excludesLower: true, excludesUpper: true)
  /// From 0 to 1, both included.
  package static let unit = FloatRange(0, 1)
  /// Every finite number.
  package static let finite = FloatRange(
    -.infinity, .infinity, excludesLower: true, excludesUpper: true)

  package func contains(_ value: Double) -> Bool {
    guard !value.isNaN else { return false }
    let aboveLower = excludesLower ? value > lower : value >= lower
    let belowUpper = excludesUpper ? value < upper : value <= upper
    return aboveLower && belowUpper
  }

  /// The range in words for messages and the schema: `above 0, at most 1`.
  package var text: String {
    let low = lower == -.infinity ? nil : (excludesLower ? "above " : "at least ") + number(lower)
    let high = upper == .infinity ? nil : (excludesUpper ? "below " : "at most ") + number(upper)
    let parts = [low, high].compactMap { $0 }
    return parts.isEmpty ? "any finite number" : parts.joined(separator: ", ")
  }

  private func number(_ value: Double) -> String { FieldValue.float(value).text }
}

/// The effect of a field on results, which decides if it is part of the key of a stage's work.
package enum FieldClass: String, Sendable, Hashable {
  /// Changes results; part of the key.
  case semantic
  /// Never changes results; not part of the key.
  case operational
  /// Changes results, and is part of the key, except under `numerics: exact` (a micro-batch under
  /// `blas` is an example).
  case semanticUnlessExact = "semantic_unless_exact"
}

/// The unit of a number, shown in the schema.
package enum FieldUnit: String, Sendable, Hashable {
  case tokens, steps, prompts, completions, sequences, seconds, problems, parameters
}

/// One declared field. Decoding, validation, the JSON Schema, `laconic schema`, canonical bytes and
/// the key are all derived from this declaration.
package struct FieldDescriptor: Sendable, Hashable {
  package let name: String
  package let type: FieldType
  /// The default: `.absent` for an optional field, `nil` for a required one.
  package let defaultValue: FieldValue?
  package let unit: FieldUnit?
  package let meaning: String
  package let fieldClass: FieldClass
  /// False for an optional field that joined a kind whose results are kept: while it is absent,
  /// keys are as they were without it.
  package let isKeyedWhenAbsent: Bool

  package init(
    name: String, type: FieldType, defaultValue: FieldValue?, unit: FieldUnit? = nil,
    meaning: String, fieldClass: FieldClass, isKeyedWhenAbsent: Bool = true
  ) {
    self.name = name
    self.type = type
    self.defaultValue = defaultValue
    self.unit = unit
    self.meaning = meaning
    self.fieldClass = fieldClass
    self.isKeyedWhenAbsent = isKeyedWhenAbsent
  }

  package var isRequired: Bool { defaultValue == nil }

  /// True if a file must contain this field: it is required, or it is a group with a required
  /// field.
  package var mustBeWritten: Bool {
    if isRequired { return true }
    guard case .group(let group) = type, defaultValue != .some(.absent) else { return false }
    return group.mustBeWritten
  }
}

/// An ordered set of fields that are written together as one YAML map.
package struct GroupDescriptor: Sendable, Hashable {
  package let meaning: String
  package let fields: [FieldDescriptor]
  /// Rises when the same values come to mean something else.
  package let revision: Int
  /// True if a file must not leave the group out or empty.
  package let mustBeWritten: Bool

  package init(meaning: String, fields: [FieldDescriptor], revision: Int = 0) {
    self.meaning = meaning
    self.fields = fields
    self.revision = revision
    mustBeWritten = fields.contains(where: \.mustBeWritten)
  }

  package subscript(name: String) -> FieldDescriptor? {
    fields.first { $0.name == name }
  }

  /// The value of an empty group: every default filled in, required fields absent.
  package var defaults: FieldValue {
    .map(
      Dictionary(uniqueKeysWithValues: fields.map { ($0.name, $0.defaultValue ?? .absent) }))
  }
}

/// A mistake in the combination of several fields, found after each field alone was valid.
package struct FieldIssue: Sendable, Hashable {
  /// The path of the field to point at, relative to the group that reports the issue.
  package var path: [String]
  package var message: String
  package var help: String?
  /// True if the pipeline can run nevertheless.
  package var isWarning = false

  package init(_ path: [String], _ message: String, help: String? = nil) {
    self.path = path
    self.message = message
    self.help = help
  }

  /// A warning: not a mistake, but probably not intended.
  package static func warning(_ path: [String], _ message: String, help: String?) -> FieldIssue {
    var issue = FieldIssue(path, message, help: help)
    issue.isWarning = true
    return issue
  }

  /// One issue for every element of a list that repeats an earlier one.
  package static func repeats(in elements: [String], at name: String) -> [FieldIssue] {
    elements.enumerated().filter { elements[..<$0.offset].contains($0.element) }.map {
      FieldIssue([name, String($0.offset)], "'\($0.element)' is given twice")
    }
  }

  /// An issue if the numbers of a list do not ascend, each once.
  /// - Parameter noun: for the numbers.
  package static func unlessAscending(
    _ numbers: [Int], at name: String, called noun: String = "budgets"
  ) -> [FieldIssue] {
    guard numbers.adjacentPairs().contains(where: { $0 >= $1 }) else { return [] }
    return [FieldIssue([name], "\(noun) must ascend, each once")]
  }

  package func prefixed(_ name: String) -> FieldIssue {
    var issue = self
    issue.path = [name] + path
    return issue
  }
}
