import Fields
import Foundation
import PipelineCore

/// One line of a file of JSON objects, with what messages about it need.
struct ObjectLine {
  /// The file's name, for messages.
  let file: String
  let text: String
  let number: Int
  /// The offset of the line's first byte in the file.
  var start = 0

  /// Makes a diagnostic for a mistake in the line.
  /// - Parameter column: the column in Unicode scalars, from 1.
  func mistake(_ message: String, column: Int = 1, help: String? = nil) -> Diagnostic {
    Diagnostic(
      .error, message, at: SourceRange(line: number, column: column),
      in: SourceFile(name: file, line: text, number: number), help: help)
  }

  /// Makes a diagnostic at a member's name, or at the start of the line if the member does not
  /// exist.
  func mistake(_ message: String, in member: [String], help: String? = nil) -> Diagnostic {
    mistake(message, column: column(of: member), help: help)
  }

  /// The column of a member's name; 1 if the member does not exist.
  func column(of member: [String]) -> Int {
    JSONPlace(of: member, in: text.utf8).map { column(ofByte: $0.name) } ?? 1
  }

  func column(ofByte offset: Int) -> Int {
    var bytes = 0
    var column = 1
    for scalar in text.unicodeScalars {
      bytes += UTF8.width(scalar)
      if bytes > offset { break }
      column += 1
    }
    return column
  }

  /// The column of one Unicode scalar in a member that is text.
  func column(ofScalar index: Int, in member: [String]) -> Int {
    guard let place = JSONPlace(of: member, in: text.utf8) else { return 1 }
    let bytes = Array(text.utf8)
    // A number has no quotes.
    guard bytes[place.value] == UInt8(ascii: "\"") else {
      return column(ofByte: place.value + index)
    }
    return column(
      ofByte: JSONPlace.offset(ofScalar: index, inStringAt: place.value, of: bytes))
  }
}

/// Reads a file with one JSON object per line and collects the mistakes in its lines.
///
/// Lines end with LF or CR LF; blank lines are ignored; a byte order mark is skipped.
struct ObjectLines {
  let file: String
  /// The maximum length of a line in bytes.
  let lineLimit: Int
  private(set) var mistakes: [Diagnostic] = []

  init(_ file: String, lineLimit: Int) {
    self.file = file
    self.lineLimit = lineLimit
  }

  /// - Parameter take: called with every object; returns the mistakes in it.
  mutating func read(_ bytes: Data, _ take: (JSONText, ObjectLine) -> [Diagnostic]) {
    if let problem = ForeignBytes(bytes)?.mistake {
      report(problem.message, help: problem.help)
      return
    }
    var number = 0
    for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      number += 1
      guard mistakes.count < Diagnostic.limit else { return }
      var line = line
      if number == 1, line.starts(with: [0xEF, 0xBB, 0xBF]) { line = line.dropFirst(3) }
      if line.last == UInt8(ascii: "\r") { line = line.dropLast() }
      if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { continue }
      do {
        var (object, text) = try object(in: line, number)
        text.start = line.startIndex - bytes.startIndex
        mistakes += take(object, text)
      } catch {
        mistakes.append(error)
      }
    }
  }

  /// Reports a mistake of the file as a whole.
  mutating func report(_ message: String, help: String? = nil) {
    mistakes.append(ObjectLine(file: file, text: "", number: 1).mistake(message, help: help))
  }

  mutating func report(_ mistake: Diagnostic) { mistakes.append(mistake) }

  private func object(
    in line: Data, _ number: Int
  ) throws(Diagnostic) -> (JSONText, ObjectLine) {
    guard line.count <= lineLimit else {
      throw ObjectLine(file: file, text: "", number: number)
        .mistake("the line is longer than \(lineLimit >> 20) MiB")
    }
    guard let text = String(validating: line, as: UTF8.self) else {
      let repaired = ObjectLine(
        file: file, text: String(decoding: line, as: UTF8.self), number: number)
      let intact = zip(line, repaired.text.utf8).prefix { $0 == $1 }.count
      throw repaired.mistake(
        "the line is not valid UTF-8", column: repaired.column(ofByte: intact),
        help: "save the file as UTF-8")
    }
    let here = ObjectLine(file: file, text: text, number: number)
    let isList = number == 1 && text.hasPrefix("[")
    let listHelp = isList ? "write one object a line, without a list" : nil
    let json: JSONText
    do {
      json = try JSONText(parsing: line)
    } catch {
      throw here.mistake(
        "the line is not valid JSON: \(error.reason)", column: here.column(ofByte: error.offset),
        help: listHelp)
    }
    guard case .object = json else {
      throw here.mistake("expected a JSON object, found \(json.described)", help: listHelp)
    }
    return (json, here)
  }
}

extension JSONText {
  /// The kind of value in words, for messages.
  var described: String {
    switch self {
    case .null: "null"
    case .bool(let flag): flag ? "true" : "false"
    case .int, .double, .float, .number: "the number \(compact)"
    case .string: "text"
    case .array: "a list"
    case .object: "an object"
    }
  }
}
