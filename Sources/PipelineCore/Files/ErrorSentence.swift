import Fields
import Foundation

extension Error {
  /// Describes an error in words for the user. Laconic's own errors describe themselves; those of
  /// Foundation and the standard library are translated, because their texts are for programmers.
  package var inWords: String { unescapedWords.shown }

  /// The same without the path, for a sentence that already names the file.
  package var reasonInWords: String {
    (self as? CocoaError).map { ($0 as NSError).cause } ?? inWords
  }

  private var unescapedWords: String {
    switch self {
    case let error as DecodingError: error.explanation
    case let error as EncodingError: error.explanation
    case let error as POSIXError: words(ofCode: error.code.rawValue)
    case let error as CocoaError: error.explanation
    default:
      // Other errors of Foundation keep their own description.
      "\(self)".hasPrefix("Error Domain=") ? (self as NSError).explanation : "\(self)"
    }
  }
}

/// The C library's message for an error code, with a lower-case first letter.
package func words(ofCode code: Int32) -> String {
  let text = String(cString: strerror(code))
  return text.prefix(1).lowercased() + text.dropFirst()
}

extension CocoaError {
  fileprivate var explanation: String { (self as NSError).explanation }
}

extension NSError {
  /// Example: `'page/x': no space left on device`.
  fileprivate var explanation: String {
    let path =
      userInfo[NSFilePathErrorKey] as? String ?? (userInfo[NSURLErrorKey] as? URL)?.path
    return (path.map { "'\($0)': " } ?? "") + cause
  }

  fileprivate var cause: String {
    if let under = userInfo[NSUnderlyingErrorKey] as? any Error {
      if let error = under as? POSIXError { return words(ofCode: error.code.rawValue) }
      let error = under as NSError
      if error.domain == NSPOSIXErrorDomain { return words(ofCode: Int32(error.code)) }
    }
    if domain == NSPOSIXErrorDomain { return words(ofCode: Int32(code)) }
    guard domain == NSCocoaErrorDomain else { return "it failed for an unknown reason" }
    switch CocoaError.Code(rawValue: code) {
    case .fileNoSuchFile, .fileReadNoSuchFile: return words(ofCode: ENOENT)
    case .fileReadNoPermission, .fileWriteNoPermission: return words(ofCode: EACCES)
    case .fileWriteFileExists: return words(ofCode: EEXIST)
    case .fileWriteOutOfSpace: return words(ofCode: ENOSPC)
    case .fileWriteVolumeReadOnly: return words(ofCode: EROFS)
    case .fileReadInvalidFileName, .fileWriteInvalidFileName: return "no file can have this name"
    case .fileReadTooLarge: return "the file is too large"
    case .fileReadUnknown: return "it cannot be read"
    case .fileReadCorruptFile, .propertyListReadCorrupt: return "it is damaged"
    case .fileWriteUnknown: return "it cannot be written"
    default: return "it failed for an unknown reason"
    }
  }
}

extension DecodingError {
  /// Examples: `'split' is missing`, `'correct' should be true or false`.
  fileprivate var explanation: String {
    switch self {
    case .keyNotFound(let key, let context):
      "\((context.codingPath + [key]).place) is missing"
    case .valueNotFound(let type, let context):
      "\(context.codingPath.place) is null and should be \(name(of: type))"
    case .typeMismatch(let type, let context):
      "\(context.codingPath.place) should be \(name(of: type))"
    case .dataCorrupted(let context):
      context.codingPath.isEmpty
        ? "it is not valid JSON" : "\(context.codingPath.place) has a value that it cannot have"
    @unknown default: "it is not what it should be"
    }
  }
}

extension EncodingError {
  fileprivate var explanation: String {
    switch self {
    case .invalidValue(_, let context):
      "\(context.codingPath.place) has a value that no file can hold"
    @unknown default: "it cannot be written"
    }
  }
}

extension [any CodingKey] {
  /// Example: `'problems.3.answer'`.
  fileprivate var place: String {
    isEmpty
      ? "it"
      : "'" + map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".") + "'"
  }
}

/// The name of a type in JSON's words.
private func name(of type: Any.Type) -> String {
  switch type {
  case is Bool.Type: "true or false"
  case is String.Type: "text"
  case is any BinaryInteger.Type: "a whole number"
  case is any BinaryFloatingPoint.Type: "a number"
  default: "\(type)".hasPrefix("Array") ? "a list" : "an object"
  }
}
