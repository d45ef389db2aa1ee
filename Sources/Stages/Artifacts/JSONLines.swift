package import Fields
package import Foundation
import PipelineCore

/// Codes rows as one JSON object per line. We define the exact bytes because they are hashed; see
/// `JSONText`.
package enum JSONLines {
  package static func encode(_ rows: [JSONText]) -> Data {
    var data = Data()
    for row in rows { data.append(contentsOf: (row.compact + "\n").utf8) }
    return data
  }

  package static func decode<Row: Decodable>(
    _ type: Row.Type, from data: Data, by decoder: JSONDecoder = JSONDecoder()
  ) throws -> [Row] {
    try data.lines.enumerated().map { index, line in
      do {
        return try decoder.decode(Row.self, from: line)
      } catch {
        throw StageFailure("line \(index + 1): \(error.inWords)")
      }
    }
  }
}

extension JSONText {
  /// The indented text of a file that users may read.
  package var file: Data { Data(indented.utf8) }
}

extension Data {
  /// The lines without their line ends; empty lines are left out. `split` goes byte by byte through
  /// `Data`'s checks, which took most of the time to read a large evaluation.
  var lines: [Data] {
    var ends: [Int] = []
    withUnsafeBytes { bytes in
      for place in bytes.indices where bytes[place] == UInt8(ascii: "\n") { ends.append(place) }
    }
    var lines: [Data] = []
    var start = 0
    for end in ends + [count] {
      if end > start { lines.append(self[(startIndex + start)..<(startIndex + end)]) }
      start = end + 1
    }
    return lines
  }
}
