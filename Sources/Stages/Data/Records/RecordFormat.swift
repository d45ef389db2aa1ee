import Foundation
import PipelineCore

/// The way in which a file holds records: an object a line, rows of cells, a list of objects.
protocol RecordFormat: Sendable {
  /// The endings of file names that stand for it.
  var endings: [String] { get }

  /// Reads every record.
  /// - Parameter take: called with every record; returns the mistakes in it.
  /// - Returns: the mistakes of the records and of the file itself.
  func read(
    _ bytes: Data, named name: String, _ take: (DataRecord) -> [Diagnostic]
  ) -> [Diagnostic]

  /// Reads one record again.
  /// - Parameter start: the offset at which the record begins.
  func record(at start: Int, of bytes: Data, named name: String) -> DataRecord?
}

/// The formats of records. A new one is one file and one line here.
enum RecordFormats {
  static let all: [any RecordFormat] = [
    LineRecords(), ListRecords(), RowRecords(.commas), RowRecords(.tabs),
  ]

  /// The maximum length of a record in bytes.
  static let recordLimit = 1 << 20

  /// Returns the format of a file: by the ending of its name, or by its content if the ending says
  /// nothing.
  static func format(of path: String, _ bytes: Data) -> any RecordFormat {
    let ending = (path as NSString).pathExtension.lowercased()
    let isList = first(of: bytes) == UInt8(ascii: "[")
    if let known = all.first(where: { $0.endings.contains(ending) }) {
      return known is ListRecords && !isList ? LineRecords() : known
    }
    return first(of: bytes).map { $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "[") } ?? true
      ? LineRecords() : cells(in: bytes)
  }

  /// The format of a file that is no JSON, by its first line.
  private static func cells(in bytes: Data) -> any RecordFormat {
    let line = bytes.prefix { $0 != UInt8(ascii: "\n") }
    if line.contains(UInt8(ascii: "\t")) { return RowRecords(.tabs) }
    return line.contains(UInt8(ascii: ",")) ? RowRecords(.commas) : LineRecords()
  }

  /// The first byte that is neither white space nor part of a byte order mark.
  private static func first(of bytes: Data) -> UInt8? {
    (bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes)
      .first { $0 > 0x20 }
  }
}
