package import Foundation

extension JSONEncoder {
  /// For the store's own files, which nothing hashes: members sorted, on one line.
  package static var plain: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }
}
