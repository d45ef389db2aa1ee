import Fields
import Foundation
import PipelineCore

/// One object of a log, with the places of its members: a line, or a sample of a larger object.
struct LogRecord: Sendable {
  let file: LogFile
  /// The place of the object.
  let range: Range<Int>
  /// The members that were read, in order.
  let json: JSONText
  private let values: [String: Range<Int>]
  private let names: [String: Int]

  /// Reads an object.
  /// - Parameter skipped: members that are never read, because they are large and not needed.
  /// - Throws: a diagnostic at the first byte that is not valid JSON.
  init(
    _ file: LogFile, _ range: Range<Int>, skipping skipped: Set<String>
  ) throws(Diagnostic) {
    self.file = file
    self.range = range
    do throws(JSONTextError) {
      let places = try Self.places(file, range, skipping: skipped)
      var members: [(String, JSONText)] = []
      for (name, _, value) in places {
        do throws(JSONTextError) {
          let first = file.bytes.startIndex
          members.append(
            (
              name,
              try JSONText(
                parsingPython: file.bytes[
                  (first + value.lowerBound)..<(first + value.upperBound)])
            ))
        } catch {
          throw JSONTextError(reason: error.reason, offset: value.lowerBound + error.offset)
        }
      }
      json = .object(members)
      values = Dictionary(places.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
      names = Dictionary(places.map { ($0.name, $0.place) }, uniquingKeysWith: { $1 })
    } catch {
      throw file.mistake("not valid JSON: \(error.reason)", atByte: error.offset)
    }
  }

  private static func places(
    _ file: LogFile, _ range: Range<Int>, skipping skipped: Set<String>
  ) throws(JSONTextError) -> [(name: String, place: Int, value: Range<Int>)] {
    try file.skim(range) { (skimmer) throws(JSONTextError) in
      var places: [(name: String, place: Int, value: Range<Int>)] = []
      try skimmer.members { (skimmer, name, place) throws(JSONTextError) in
        let value = try skimmer.skipValue()
        if !skipped.contains(name) { places.append((name, place, value)) }
      }
      guard skimmer.peek() == nil else {
        throw JSONTextError(reason: "unexpected text after the value", offset: skimmer.position)
      }
      return places
    }
  }

  /// The value at a path of names, and of indices from 0; nil if there is none, or it is null.
  func value(_ path: [String]) -> JSONText? { json.value(at: path[...]) }

  /// The path that is written with dots; a name with a dot in it is found too.
  func path(named path: String) -> [String] {
    json[path] != nil ? [path] : path.split(separator: ".").map(String.init)
  }

  /// Makes a diagnostic at a member's name, or at the start of the object if the member does not
  /// exist.
  func mistake(_ message: String, in path: [String] = [], help: String? = nil) -> Diagnostic {
    file.mistake(message, atByte: place(of: path), help: help)
  }

  private func place(of path: [String]) -> Int {
    guard let top = path.first, let name = names[top], let value = values[top] else {
      return range.lowerBound
    }
    guard path.count > 1 else { return name }
    let first = file.bytes.startIndex
    let bytes = file.bytes[(first + value.lowerBound)..<(first + value.upperBound)]
    let inner = JSONPlace(of: Array(path.dropFirst()), in: bytes)
    return inner.map { value.lowerBound + $0.name } ?? name
  }
}

extension JSONText {
  /// The value at a path of names, and of indices from 0; nil if there is none, or it is null.
  func value(at path: some Collection<String>) -> JSONText? {
    var value = self
    for name in path {
      if let elements = value.arrayValue {
        guard let index = Int(name), elements.indices.contains(index) else { return nil }
        value = elements[index]
      } else if let member = value[name] {
        value = member
      } else {
        return nil
      }
    }
    if case .null = value { return nil }
    return value
  }

  /// The value at a path of names; nil if there is none, or it is null.
  func value(_ path: String...) -> JSONText? { value(at: path) }

  /// The members of an object, those without a value left out; empty for anything else.
  var members: [(name: String, value: JSONText)] {
    guard case .object(let members) = self else { return [] }
    return members.compactMap { name, value in
      if case .null = value { nil } else { (name, value) }
    }
  }

  var boolValue: Bool? { if case .bool(let flag) = self { flag } else { nil } }

  /// The number, also of one that is not finite; nil for anything else.
  var numberValue: Double? {
    switch self {
    case .int(let number): Double(number)
    case .double(let number): number
    case .float(let number): Double(number)
    case .number(let text): Double(text)
    default: nil
    }
  }

  /// A count that may be written as a number with a point, `17.0`; nil for anything else.
  var countValue: Int? {
    guard let number = numberValue, number >= 0, number <= 1e9, number.rounded() == number else {
      return nil
    }
    return Int(number)
  }

  /// A text, or a number or flag as it is written; nil for anything else.
  var textValue: String? {
    switch self {
    case .string(let text): text
    case .bool, .int, .double, .float, .number: compact
    default: nil
    }
  }
}
