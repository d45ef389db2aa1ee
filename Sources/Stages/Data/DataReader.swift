import Fields
package import Foundation
package import PipelineCore
package import Reasoning
import TensorCore

/// Reads problems from files and reports every mistake in them.
package struct DataReader {
  package struct Split {
    package let name: String
    package var problems: [Problem] = []
    /// The place of each problem.
    var places: [ProblemPlace] = []
    /// The number of problems in the files, of which `limit` may keep fewer.
    var total = 0
    /// The number of prompts that occurred before in the same split: left out, or a mistake.
    var repeats = 0
    /// The number of prompts that are in another split too: left out, or a mistake.
    var shared = 0
    /// The repeats by the split into which they fall, where the split is to be divided.
    fileprivate var dividedRepeats: [String: Int] = [:]
  }

  /// A file that was read, so that its records can be found again.
  struct Source {
    let name: String
    let bytes: Data
    let format: any RecordFormat
  }

  /// A prompt that was read, and the label in which it must not occur again; nil for all.
  private struct Seen: Hashable {
    let content: ExactText
    let label: String?
  }

  let rules: DataRules
  package private(set) var splits: [Split] = []
  package private(set) var diagnostics: [Diagnostic] = []
  private(set) var sources: [Source] = []
  private let shares: SplitShares?
  private var seen: [Seen: ProblemPlace] = [:]

  /// - Parameter format: the response format; nil for that of the configuration.
  package init(_ configuration: DataKind.Configuration, in format: (any ResponseFormat)? = nil) {
    rules = DataRules(configuration, in: format)
    shares = configuration.shares
  }

  /// Reads files and divides them into splits.
  init(_ configuration: DataKind.Configuration, files: [DataFile]) {
    self.init(configuration)
    for file in files { read(file) }
    divide()
  }

  /// - Parameter name: the file's name, for messages.
  package mutating func read(_ bytes: Data, named name: String, split: String) {
    read(DataFile(name: name, path: name, label: split, bytes: bytes))
  }

  private mutating func read(_ file: DataFile) {
    let format = RecordFormats.format(of: file.path, file.bytes)
    sources.append(Source(name: file.name, bytes: file.bytes, format: format))
    let index =
      splits.firstIndex { $0.name == file.label } ?? splits.endIndex
    if index == splits.endIndex { splits.append(Split(name: file.label)) }
    var foreign = ForeignTexts(rules.format)
    var isEmpty = true
    var mistakes = format.read(file.bytes, named: file.name) { record in
      isEmpty = false
      let row = DataRow(record, rules)
      foreign.add(row.foreign, in: record)
      if let problem = row.problem { return add(problem, of: row.parts.prompt, record, to: index) }
      return row.mistakes.map { record.mistake($0) }
    }
    mistakes += foreign.mistakes
    if isEmpty, mistakes.isEmpty {
      mistakes.append(.ofFile("the file holds no problem", file.name))
    }
    diagnostics += mistakes
  }

  private mutating func add(
    _ problem: Problem, of text: LineText?, _ record: DataRecord, to split: Int
  ) -> [Diagnostic] {
    let (configuration, label) = (rules.configuration, splits[split].name)
    let here = ProblemPlace(
      file: sources.count - 1, start: record.start, line: record.line, split: split)
    let prompt = Seen(
      content: configuration.promptIdentity.content(of: problem.prompt),
      label: configuration.duplicates == .dropAcross ? label : nil)
    guard let first = seen[prompt] else {
      seen[prompt] = here
      splits[split].problems.append(problem)
      splits[split].places.append(here)
      return []
    }
    let isSameSplit = first.split == here.split
    if isSameSplit {
      splits[split].repeats += 1
      if label == DataKind.divided, let shares {
        splits[split].dividedRepeats[shares.split(of: problem), default: 0] += 1
      }
      if configuration.duplicates != .refuse { return [] }
    } else {
      splits[split].shared += 1
    }
    return [
      record.mistake(
        first.file == here.file
          ? "the prompt stands in line \(first.line) already"
          : "the prompt is also in line \(first.line) of \(sources[first.file].name)",
        at: text?.members.first ?? [],
        help: isSameSplit
          ? "remove one, or write 'duplicates: drop'"
          : "no prompt may be in two splits: remove one, or write 'duplicates: drop_across'")
    ]
  }
}

/// The place of a problem in the files.
struct ProblemPlace: Hashable {
  /// The file, by its order of reading.
  let file: Int
  /// The offset and the line at which the record begins.
  let start: Int
  let line: Int
  /// The split that the file was read for, by its order of reading.
  fileprivate let split: Int
}

extension Diagnostic {
  /// A mistake of a file as a whole.
  static func ofFile(_ message: String, _ name: String, help: String? = nil) -> Diagnostic {
    Diagnostic(
      .error, message, at: SourceRange(line: 1, column: 1),
      in: SourceFile(name: name, line: "", number: 1), help: help)
  }
}

// MARK: Splits

extension DataReader {
  /// Makes the splits of what was read: divides, keeps a problem in one split, shuffles and limits.
  private mutating func divide() {
    let configuration = rules.configuration
    let isWhole = diagnostics.isEmpty
    if let shares {
      splits = splits.flatMap { $0.name == DataKind.divided ? $0.divided(by: shares) : [$0] }
    }
    if configuration.duplicates == .dropAcross { dropShared() }
    for split in splits.indices {
      if isWhole, splits[split].problems.isEmpty { reportEmpty(splits[split]) }
      splits[split].limit(by: configuration)
    }
  }

  /// Leaves out of every split the problems that one before it has, in the order of `SplitRank`.
  private mutating func dropShared() {
    let order = splits.indices.sorted {
      let (first, second) = (splits[$0].name, splits[$1].name)
      return (SplitRank(ofSplit: first), first) < (SplitRank(ofSplit: second), second)
    }
    var taken: Set<ExactText> = []
    for index in order {
      let contents = splits[index].problems.map {
        rules.configuration.promptIdentity.content(of: $0.prompt)
      }
      let kept = contents.indices.filter { !taken.contains(contents[$0]) }
      splits[index].shared = contents.count - kept.count
      splits[index].keep(kept)
      taken.formUnion(contents)
    }
  }

  private mutating func reportEmpty(_ split: Split) {
    guard let file = sources.first else { return }
    diagnostics.append(
      .ofFile(
        split.shared > 0
          ? "split '\(split.name)' is empty: other splits have each of its problems"
          : "split '\(split.name)' is empty: none of the problems falls into its share", file.name,
        help: split.shared > 0
          ? "they are kept in test, then dev, then train" : "give it a larger share"))
  }
}

extension DataReader.Split {
  /// The splits that a division makes of this one.
  fileprivate func divided(by shares: SplitShares) -> [DataReader.Split] {
    var members: [String: [Int]] = [:]
    for (index, problem) in problems.enumerated() {
      members[shares.split(of: problem), default: []].append(index)
    }
    return shares.names.map { name in
      var split = DataReader.Split(name: name)
      split.problems = (members[name] ?? []).map { problems[$0] }
      split.places = (members[name] ?? []).map { places[$0] }
      split.repeats = dividedRepeats[name] ?? 0
      return split
    }
  }

  fileprivate mutating func keep(_ kept: [Int]) {
    problems = kept.map { problems[$0] }
    places = kept.map { places[$0] }
  }

  /// Keeps the first problems, after they were shuffled if that is asked for.
  fileprivate mutating func limit(by configuration: DataKind.Configuration) {
    total = problems.count
    var kept = Array(problems.indices)
    if let seed = configuration.shuffle {
      var stream = RandomStream(seed: UInt64(seed), purpose: "data.shuffle")
      stream.shuffle(&kept)
    }
    if let limit = configuration.limit { kept = Array(kept.prefix(limit)) }
    keep(kept)
  }
}
