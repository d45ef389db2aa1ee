import Fields
import Foundation
import PipelineCore
import Reasoning

/// Reads problems from files of JSON lines and finds every mistake in them.
///
/// Lines end with LF or CR LF, blank ones count for nothing, a byte order mark is passed over.
struct DataReader {
  struct Split {
    let name: String
    var problems: [Problem] = []
    /// Prompts that were left out, since they were there already.
    var repeats = 0
  }

  private struct Place {
    let file: Int
    let line: Int
  }

  /// Bytes of the longest line.
  static let lineLimit = 1 << 20

  let configuration: DataKind.Configuration
  private(set) var splits: [Split] = []
  private(set) var diagnostics: [Diagnostic] = []
  private var files: [String] = []
  private var seen: [String: Place] = [:]

  init(_ configuration: DataKind.Configuration) {
    self.configuration = configuration
  }

  /// - Parameter name: the file's, for messages.
  mutating func read(_ bytes: Data, named name: String, split: String) {
    files.append(name)
    splits.append(Split(name: split))
    let before = diagnostics.count
    if let problem = Self.otherFormat(bytes) {
      report(problem.message, in: "", 1, 1, help: problem.help)
      return
    }
    var number = 0
    for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      number += 1
      guard diagnostics.count - before < Diagnostic.limit else { return }
      var line = line
      if number == 1, line.starts(with: [0xEF, 0xBB, 0xBF]) { line = line.dropFirst(3) }
      if line.last == UInt8(ascii: "\r") { line = line.dropLast() }
      if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { continue }
      read(line, number)
    }
    if splits[splits.count - 1].problems.isEmpty, diagnostics.count == before {
      report("the file holds no problem", in: "", 1, 1)
    }
  }

  /// What a file is that holds no lines of text.
  private static func otherFormat(_ bytes: Data) -> (message: String, help: String)? {
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      return ("the file is UTF-16", "save it as UTF-8")
    }
    if bytes.starts(with: [0x1F, 0x8B]) || bytes.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) {
      return ("the file is compressed", "unpack it first")
    }
    return nil
  }

  private mutating func read(_ line: Data, _ number: Int) {
    guard line.count <= Self.lineLimit else {
      report("the line is longer than \(Self.lineLimit >> 20) MiB", in: "", number, 1)
      return
    }
    guard let text = String(validating: line, as: UTF8.self) else {
      let repaired = String(decoding: line, as: UTF8.self)
      let intact = zip(line, repaired.utf8).prefix { $0 == $1 }.count
      report(
        "the line is not valid UTF-8", in: repaired, number,
        Self.column(ofByte: intact, in: repaired), help: "save the file as UTF-8")
      return
    }
    let json: JSONText
    do {
      json = try JSONText(parsing: line)
    } catch {
      report(
        "the line is no JSON: \(error.reason)", in: text, number,
        Self.column(ofByte: error.offset, in: text),
        help: number == 1 && text.hasPrefix("[") ? "write one object a line, without a list" : nil)
      return
    }
    guard case .object = json else {
      report(
        "expected a JSON object, found \(json.described)", in: text, number, 1,
        help: number == 1 && text.hasPrefix("[") ? "write one object a line, without a list" : nil)
      return
    }
    let row = DataRow(json, configuration)
    for mistake in row.mistakes {
      report(
        mistake.message, in: text, number, Self.column(ofMember: mistake.member, in: text),
        help: mistake.help)
    }
    guard let problem = row.problem, row.mistakes.isEmpty else { return }
    add(problem, text, number)
  }

  private mutating func add(_ problem: Problem, _ text: String, _ number: Int) {
    let here = Place(file: files.count - 1, line: number)
    guard let first = seen[problem.prompt] else {
      seen[problem.prompt] = here
      splits[splits.count - 1].problems.append(problem)
      return
    }
    let isSameFile = first.file == here.file
    if isSameFile, configuration.duplicates == .drop {
      splits[splits.count - 1].repeats += 1
      return
    }
    report(
      isSameFile
        ? "the prompt stands in line \(first.line) already"
        : "the prompt is also in line \(first.line) of \(files[first.file])",
      in: text, number, Self.column(ofMember: configuration.source(of: "prompt"), in: text),
      help: isSameFile
        ? "remove one, or write 'duplicates: drop'" : "no prompt may be in two splits")
  }

  private mutating func report(
    _ message: String, in line: String, _ number: Int, _ column: Int, help: String? = nil
  ) {
    diagnostics.append(
      Diagnostic(
        .error, message, at: SourceRange(line: number, column: column),
        in: SourceFile(name: files[files.count - 1], line: line, number: number), help: help))
  }

  /// Columns count scalars from 1.
  private static func column(ofByte offset: Int, in text: String) -> Int {
    var bytes = 0
    var column = 1
    for scalar in text.unicodeScalars {
      bytes += UTF8.width(scalar)
      if bytes > offset { break }
      column += 1
    }
    return column
  }

  /// Where a member's name stands; the line's start when it is written some other way.
  private static func column(ofMember name: String?, in text: String) -> Int {
    guard let name, let key = text.firstRange(of: "\"\(name)\"") else { return 1 }
    return text.unicodeScalars.distance(
      from: text.unicodeScalars.startIndex, to: key.lowerBound) + 1
  }
}

extension JSONText {
  /// For messages.
  var described: String {
    switch self {
    case .null: "null"
    case .bool(let flag): flag ? "true" : "false"
    case .int, .double, .float: "the number \(compact)"
    case .string: "text"
    case .array: "a list"
    case .object: "an object"
    }
  }
}
