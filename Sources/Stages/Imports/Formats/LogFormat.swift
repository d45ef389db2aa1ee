package import Fields

/// The form in which a tool writes the responses of a run with their grades.
///
/// A new format is one file here and one line in `LogFormats`.
protocol LogFormat: Sendable {
  var name: String { get }
  var meaning: String { get }
  /// The member of the whole file that lists the samples; nil if every line is a sample.
  var listMember: String? { get }
  /// Members of a sample that are never read, because they are large and not needed.
  var skippedMembers: Set<String> { get }
  /// The metrics that count as the grade unless the pipeline names one, the first that a log has.
  var gradeNames: [String] { get }

  /// True if an object with these members is a sample of this format; with `listMember`, if the
  /// whole file is a log of it.
  func recognises(_ members: Set<String>) -> Bool
  /// Reads the samples of one record.
  /// - Parameter header: the members of the whole file beside the list; empty for lines.
  func read(_ record: LogRecord, header: JSONText) -> RecordReading
  /// Returns the reason why a log cannot be read, by the members of the whole file beside the list,
  /// with the path of the member that says so; nil if it can.
  func obstacle(_ header: JSONText) -> (message: String, path: [String], help: String?)?
}

extension LogFormat {
  var listMember: String? { nil }
  var skippedMembers: Set<String> { [] }
  func obstacle(_ header: JSONText) -> (message: String, path: [String], help: String?)? { nil }
}

/// The formats of logs that `import` reads.
package enum LogFormats {
  static let all: [any LogFormat] = [LMEvalSamples(), InspectLog(), VerifiersLog()]

  package static var choices: [Choice] { all.map { Choice($0.name, $0.meaning) } }

  static func named(_ name: String) -> (any LogFormat)? { all.first { $0.name == name } }

  static func recognised(by members: Set<String>) -> (any LogFormat)? {
    all.first { $0.recognises(members) }
  }

  /// The hint for a file that the same tools write, and that has no responses in it.
  static func hint(about members: Set<String>) -> String? {
    if members.isSuperset(of: ["results", "configs"]) {
      return "this is the summary of lm-evaluation-harness; take samples_TASK_DATE.jsonl beside "
        + "it, which --log_samples writes"
    }
    if members.isSuperset(of: ["env_id", "num_examples"]) {
      return "this is the summary of verifiers; take results.jsonl beside it"
    }
    if members.isSuperset(of: ["status", "eval"]) {
      return "this is the header of an inspect log; write the whole log with 'inspect log dump'"
    }
    return nil
  }
}
