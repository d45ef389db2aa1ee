package import Fields

/// A response format by name, which makes the format from what a pipeline writes.
package protocol NamedFormat: Sendable {
  var name: String { get }
  /// One line of description for the schema.
  var meaning: String { get }

  /// Makes the format, reading the tokenizer and the template of the model that is named.
  func format(_ configuration: FormatConfiguration) throws(FormatError) -> any ResponseFormat
}

/// A mistake in a response format.
package struct FormatError: Error, Sendable, CustomStringConvertible {
  package private(set) var issue: FieldIssue

  package init(_ field: String, _ message: String, help: String? = nil) {
    issue = FieldIssue([field], message, help: help)
  }

  package var description: String { "response_format: \(issue.message)" }

  /// The error at another field, if it is at this one.
  func moved(from field: String, to other: String) -> FormatError {
    var error = self
    if issue.path == [field] { error.issue.path = [other] }
    return error
  }
}

/// The response formats that there are. A new format is one file and one line here.
package enum ResponseFormats {
  package static let all: [any NamedFormat] = [
    Ladder(), Chat(), Messages(), Plain(), Qwen2_5(), Qwen3(), Llama3(), SmolLM2(), Gemma3(),
    DeepSeekR1(),
  ]

  package static let standardName = Ladder().name

  /// The format of stages that name none.
  package static let standard: any ResponseFormat = LadderFormat()

  package static var choices: [Choice] { all.map { Choice($0.name, $0.meaning) } }

  package static func named(_ name: String) -> (any NamedFormat)? {
    all.first { $0.name == name }
  }
}
