import Fields
import Foundation

/// Reads the JSON files of a model folder.
enum JSONFile {
  /// Parses a file before a decoder sees it. A decoder reports neither the place where a text
  /// breaks off nor a member that occurs twice, of which it takes either one.
  /// - Throws: an error with the line at which the file is not valid JSON.
  static func text(
    of bytes: Data, file: String, limit: Int = SafetensorsHeader.limit
  ) throws(ModelFileError) -> JSONText {
    guard bytes.count <= limit else {
      throw ModelFileError(
        file, .tooLarge("the file has \(bytes.count) bytes, more than \(limit)"))
    }
    do {
      return try JSONText(parsing: bytes)
    } catch {
      let line = 1 + bytes.prefix(error.offset).count { $0 == UInt8(ascii: "\n") }
      throw ModelFileError(
        file, .malformed("this is not valid JSON: line \(line): \(error.reason)"))
    }
  }
}

extension DecodingError {
  /// The error in words, with the member spelled as in the file.
  func reason(spelling: (String) -> String = { $0 }) -> String {
    func member(_ path: [any CodingKey]) -> String {
      let names = path.map { $0.intValue.map(String.init) ?? spelling($0.stringValue) }
      return "'\(names.joined(separator: "."))'"
    }
    switch self {
    case .keyNotFound(let key, let context):
      return "\(member(context.codingPath + [key])) is missing"
    case .valueNotFound(_, let context), .typeMismatch(_, let context),
      .dataCorrupted(let context):
      guard !context.codingPath.isEmpty else { return "it is not a JSON object" }
      return "\(member(context.codingPath)) has a value of the wrong type"
    @unknown default: return "it cannot be read"
    }
  }
}
