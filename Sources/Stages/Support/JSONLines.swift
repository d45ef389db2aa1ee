package import Fields
package import Foundation

/// One JSON object a line. The bytes are ours to decide, since they are hashed; see `JSONText`.
package enum JSONLines {
  package static func encode(_ rows: [JSONText]) -> Data {
    var data = Data()
    for row in rows { data.append(contentsOf: (row.compact + "\n").utf8) }
    return data
  }

  package static func decode<Row: Decodable>(_ type: Row.Type, from data: Data) throws -> [Row] {
    let decoder = JSONDecoder()
    return try data.split(separator: UInt8(ascii: "\n")).map { line in
      try decoder.decode(Row.self, from: line)
    }
  }
}

extension JSONText {
  /// Indented, as a file that people may read.
  package var file: Data { Data(indented.utf8) }
}
