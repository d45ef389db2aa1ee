package import Foundation

/// One JSON object a line, with sorted keys, so that equal values are equal bytes.
package enum JSONLines {
  package static func encode<Row: Encodable>(_ rows: [Row]) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var data = Data()
    for row in rows {
      data.append(try encoder.encode(row))
      data.append(UInt8(ascii: "\n"))
    }
    return data
  }

  package static func decode<Row: Decodable>(_ type: Row.Type, from data: Data) throws -> [Row] {
    let decoder = JSONDecoder()
    return try data.split(separator: UInt8(ascii: "\n")).map { line in
      try decoder.decode(Row.self, from: line)
    }
  }
}

extension JSONEncoder {
  /// An encoder for small files that people may read: sorted, indented.
  package static var readable: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    return encoder
  }
}
