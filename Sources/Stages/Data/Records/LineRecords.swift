import Fields
import Foundation
import PipelineCore

/// JSON Lines: one object a line.
struct LineRecords: RecordFormat {
  let endings = ["jsonl", "ndjson"]

  func read(
    _ bytes: Data, named name: String, _ take: (DataRecord) -> [Diagnostic]
  ) -> [Diagnostic] {
    var lines = ObjectLines(name, lineLimit: RecordFormats.recordLimit)
    lines.read(bytes) { json, line in
      take(DataRecord(members: json, start: line.start, line: line.number, source: line))
    }
    return lines.mistakes
  }

  func record(at start: Int, of bytes: Data, named name: String) -> DataRecord? {
    let (begin, newline) = (bytes.startIndex + start, UInt8(ascii: "\n"))
    guard start >= 0, begin < bytes.endIndex else { return nil }
    var line = bytes[begin...].prefix { $0 != newline }
    if line.last == UInt8(ascii: "\r") { line = line.dropLast() }
    let number = bytes[..<begin].count { $0 == newline } + 1
    guard let json = try? JSONText(parsing: line) else { return nil }
    let text = ObjectLine(
      file: name, text: String(decoding: line, as: UTF8.self), number: number, start: start)
    return DataRecord(members: json, start: start, line: number, source: text)
  }
}
