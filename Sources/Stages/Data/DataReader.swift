import Fields
package import Foundation
package import PipelineCore
package import Reasoning
import TensorCore

/// Reads problems from files of JSON lines and reports every mistake in them.
package struct DataReader {
  package struct Split {
    package let name: String
    package var problems: [Problem] = []
    /// The line of each problem.
    var lines: [Int] = []
    /// The number of problems in the file, of which `limit` may keep fewer.
    var total = 0
    /// The number of prompts that occurred before in the same file: left out, or a mistake.
    var repeats = 0
    /// The number of prompts that are in another file too, which is a mistake.
    var shared = 0
  }

  private struct LinePosition {
    let file: Int
    let line: Int
  }

  /// The maximum length of a line in bytes.
  static let lineLimit = 1 << 20

  let rules: DataRules
  package private(set) var splits: [Split] = []
  package private(set) var diagnostics: [Diagnostic] = []
  private var files: [String] = []
  private var seen: [ExactText: LinePosition] = [:]

  /// - Parameter format: the response format; nil for that of the configuration.
  package init(_ configuration: DataKind.Configuration, in format: (any ResponseFormat)? = nil) {
    rules = DataRules(configuration, in: format)
  }

  /// - Parameter name: the file's name, for messages.
  package mutating func read(_ bytes: Data, named name: String, split: String) {
    files.append(name)
    splits.append(Split(name: split))
    var lines = ObjectLines(name, lineLimit: Self.lineLimit)
    var foreign = ForeignTexts(rules.format)
    lines.read(bytes) { json, line in
      let row = DataRow(json, rules)
      foreign.add(row.foreign, in: line)
      if let problem = row.problem { return add(problem, of: row.parts.prompt, line) }
      return row.mistakes.map { line.mistake($0) }
    }
    for mistake in foreign.mistakes { lines.report(mistake) }
    if splits[splits.count - 1].problems.isEmpty, lines.mistakes.isEmpty {
      lines.report("the file holds no problem")
    }
    diagnostics += lines.mistakes
    splits[splits.count - 1].limit(by: rules.configuration)
  }

  private mutating func add(
    _ problem: Problem, of text: LineText?, _ line: ObjectLine
  ) -> [Diagnostic] {
    let here = LinePosition(file: files.count - 1, line: line.number)
    let prompt = ExactText(problem.prompt)
    guard let first = seen[prompt] else {
      seen[prompt] = here
      splits[splits.count - 1].problems.append(problem)
      splits[splits.count - 1].lines.append(line.number)
      return []
    }
    let isSameFile = first.file == here.file
    if isSameFile {
      splits[splits.count - 1].repeats += 1
      if rules.configuration.duplicates == .drop { return [] }
    } else {
      splits[splits.count - 1].shared += 1
    }
    return [
      line.mistake(
        isSameFile
          ? "the prompt stands in line \(first.line) already"
          : "the prompt is also in line \(first.line) of \(files[first.file])",
        in: text?.members.first ?? [],
        help: isSameFile
          ? "remove one, or write 'duplicates: drop'" : "no prompt may be in two splits")
    ]
  }
}

extension DataReader.Split {
  /// Keeps the first problems, after they were shuffled if that is asked for.
  fileprivate mutating func limit(by configuration: DataKind.Configuration) {
    total = problems.count
    var kept = Array(problems.indices)
    if let seed = configuration.shuffle {
      var stream = RandomStream(seed: UInt64(seed), purpose: "data.shuffle")
      stream.shuffle(&kept)
    }
    if let limit = configuration.limit { kept = Array(kept.prefix(limit)) }
    problems = kept.map { problems[$0] }
    lines = kept.map { lines[$0] }
  }
}

extension ObjectLine {
  fileprivate func mistake(_ mistake: DataRow.Mistake) -> Diagnostic {
    let column = mistake.member.map { member in
      mistake.place.map { self.column(ofScalar: $0, in: member) } ?? self.column(of: member)
    }
    return self.mistake(mistake.message, column: column ?? 1, help: mistake.help)
  }
}
