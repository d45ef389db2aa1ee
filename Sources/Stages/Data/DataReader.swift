import Fields
import Foundation
import PipelineCore
import Reasoning

/// Reads problems from files of JSON lines and reports every mistake in them.
struct DataReader {
  struct Split {
    let name: String
    var problems: [Problem] = []
    /// The number of prompts that were left out because they occurred before.
    var repeats = 0
  }

  private struct LinePosition {
    let file: Int
    let line: Int
  }

  /// The maximum length of a line in bytes.
  static let lineLimit = 1 << 20

  let configuration: DataKind.Configuration
  private(set) var splits: [Split] = []
  private(set) var diagnostics: [Diagnostic] = []
  private var files: [String] = []
  private var seen: [ExactText: LinePosition] = [:]

  init(_ configuration: DataKind.Configuration) {
    self.configuration = configuration
  }

  /// - Parameter name: the file's name, for messages.
  mutating func read(_ bytes: Data, named name: String, split: String) {
    files.append(name)
    splits.append(Split(name: split))
    var lines = ObjectLines(name, lineLimit: Self.lineLimit)
    var foreign = ForeignTexts(configuration.format)
    lines.read(bytes) { json, line in
      let row = DataRow(json, configuration)
      foreign.add(row.foreign, in: line)
      if let problem = row.problem { return add(problem, line) }
      return row.mistakes.map { mistake in
        mistake.member.map { line.mistake(mistake.message, in: $0, help: mistake.help) }
          ?? line.mistake(mistake.message, help: mistake.help)
      }
    }
    for mistake in foreign.mistakes { lines.report(mistake) }
    if splits[splits.count - 1].problems.isEmpty, lines.mistakes.isEmpty {
      lines.report("the file holds no problem")
    }
    diagnostics += lines.mistakes
  }

  private mutating func add(_ problem: Problem, _ line: ObjectLine) -> [Diagnostic] {
    let here = LinePosition(file: files.count - 1, line: line.number)
    let prompt = ExactText(problem.prompt)
    guard let first = seen[prompt] else {
      seen[prompt] = here
      splits[splits.count - 1].problems.append(problem)
      return []
    }
    let isSameFile = first.file == here.file
    if isSameFile, configuration.duplicates == .drop {
      splits[splits.count - 1].repeats += 1
      return []
    }
    let member = configuration.source(of: "prompt")
    let names =
      JSONPlace(of: [member], in: line.text.utf8) == nil
      ? member.split(separator: ".").map(String.init) : [member]
    return [
      line.mistake(
        isSameFile
          ? "the prompt stands in line \(first.line) already"
          : "the prompt is also in line \(first.line) of \(files[first.file])",
        in: names,
        help: isSameFile
          ? "remove one, or write 'duplicates: drop'" : "no prompt may be in two splits")
    ]
  }
}
