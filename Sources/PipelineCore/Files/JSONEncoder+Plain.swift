package import Foundation

extension JSONEncoder {
  /// The encoder for the store's own files, which are not hashed: sorted members, on one line.
  package static var plain: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }
}
