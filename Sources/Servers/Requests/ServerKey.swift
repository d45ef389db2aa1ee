import Foundation

/// The key of a server, which leaves this value only as a header. Nothing prints it.
struct ServerKey: Sendable, CustomStringConvertible, CustomReflectable {
  let variable: String
  private let secret: String

  /// Reads the key.
  /// - Throws: `ServerError.missingKey` without the variable or with an empty one;
  ///   `ServerError.unusableKey` for a value that cannot be a header.
  init(named variable: String, in environment: [String: String]) throws(ServerError) {
    let value = environment[variable]?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
    guard !value.isEmpty else { throw .missingKey(variable: variable) }
    guard value.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw .unusableKey(variable: variable)
    }
    self.variable = variable
    secret = value
  }

  /// The value of the header `Authorization`.
  var authorization: String { "Bearer " + secret }

  /// The text without the key, and without its beginning: a server's message may repeat it, and may
  /// have been shortened inside of it.
  func removed(from text: String) -> String {
    let bytes = Array(text.utf8)
    let key = Array(secret.utf8)
    let least = min(key.count, 8)
    var kept: [UInt8] = []
    var index = 0
    while index < bytes.count {
      let same = zip(bytes[index...], key).prefix { $0 == $1 }.count
      if same >= least {
        kept += "[\(variable)]".utf8
        index += same
      } else {
        kept.append(bytes[index])
        index += 1
      }
    }
    return String(decoding: kept, as: UTF8.self)
  }

  var description: String { "the key in \(variable)" }
  var customMirror: Mirror { Mirror(self, children: ["variable": variable]) }
}
