import Fields
import Foundation
import PipelineCore

/// A file that is one JSON list of objects.
struct ListRecords: RecordFormat {
  let endings = ["json"]

  func read(
    _ bytes: Data, named name: String, _ take: (DataRecord) -> [Diagnostic]
  ) -> [Diagnostic] {
    let text = FileText(bytes, named: name)
    if let other = ForeignBytes(bytes)?.mistake {
      return [text.mistake(other.message, at: 0, help: other.help)]
    }
    let elements: [Range<Int>]
    do {
      elements = try JSONPlace.elements(ofListAt: text.start, in: text.bytes)
    } catch {
      return [text.mistake("the file is not valid JSON: \(error.reason)", at: error.offset)]
    }
    var mistakes: [Diagnostic] = []
    for range in elements {
      guard mistakes.count < Diagnostic.limit else { break }
      mistakes += Self.read(range, of: text, take)
    }
    return mistakes
  }

  private static func read(
    _ range: Range<Int>, of text: FileText, _ take: (DataRecord) -> [Diagnostic]
  ) -> [Diagnostic] {
    guard range.count <= RecordFormats.recordLimit else {
      return [text.mistake("the element is longer than 1 MiB", at: range.lowerBound)]
    }
    // The list was read as a whole, so each of its elements is valid.
    let json = (try? JSONText(parsing: text.bytes[range])) ?? .null
    guard case .object = json else {
      return [
        text.mistake("expected a JSON object, found \(json.described)", at: range.lowerBound)
      ]
    }
    return take(record(json, range, of: text))
  }

  func record(at start: Int, of bytes: Data, named name: String) -> DataRecord? {
    let text = FileText(bytes, named: name)
    guard let elements = try? JSONPlace.elements(ofListAt: text.start, in: text.bytes),
      let range = elements.first(where: { $0.lowerBound == start }),
      let json = try? JSONText(parsing: text.bytes[range])
    else { return nil }
    return Self.record(json, range, of: text)
  }

  private static func record(
    _ json: JSONText, _ range: Range<Int>, of text: FileText
  ) -> DataRecord {
    DataRecord(
      members: json, start: range.lowerBound, line: text.line(of: range.lowerBound),
      source: ListElement(text: text, range: range))
  }
}

/// One object of a list.
private struct ListElement: RecordSource {
  let text: FileText
  let range: Range<Int>
  let isRow = false

  func place(of member: [String], scalar: Int?) -> RecordPlace {
    let bytes = text.bytes[range]
    guard let place = JSONPlace(of: member, in: bytes) else { return place(ofMissing: nil) }
    guard let scalar else { return text.place(of: range.lowerBound + place.name) }
    let offset =
      text.bytes[range.lowerBound + place.value] == UInt8(ascii: "\"")
      ? JSONPlace.offset(ofScalar: scalar, inStringAt: place.value, of: bytes)
      : place.value + scalar
    return text.place(of: range.lowerBound + offset)
  }

  func place(ofMissing nearest: String?) -> RecordPlace { text.place(of: range.lowerBound) }
}
