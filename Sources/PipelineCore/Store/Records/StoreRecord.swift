import Foundation

/// The record of finished work: its key and the artifact it made. It has no dates, hosts or
/// durations.
package struct StoreRecord: Sendable, Hashable, Codable {
  /// Raise when older records can no longer be read.
  package static let format = 1

  package let format: Int
  package let key: String
  package let kind: String
  package let kindVersion: Int
  /// The artifact's digest.
  package let artifact: String
  /// The key's preimage, for `explain` and to find the field that changed.
  package let preimage: [KeyLine]
  /// The version of Laconic that did the work.
  package let engine: String
  /// Binds the artifact to the key: SHA-256 over the words `laconic record`, the key and the
  /// artifact's digest, each on a line. It detects a change of one of them by hand. Nil in records
  /// of earlier versions.
  package let binding: String?

  package init(
    key: StageKey, kind: String, kindVersion: Int, artifact: String,
    engine: String = Build.version
  ) {
    format = Self.format
    self.key = key.hex
    self.kind = kind
    self.kindVersion = kindVersion
    self.artifact = artifact
    preimage = key.preimage
    self.engine = engine
    binding = Self.binding(key.hex, artifact)
  }

  private static func binding(_ key: String, _ artifact: String) -> String {
    ContentDigest.hex(of: Data("laconic record\n\(key)\n\(artifact)\n".utf8))
  }

  var bytes: Data {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
      return try encoder.encode(self)
    }
  }

  /// - Throws: `StoreError.unreadable` if the bytes are not a record of `key`, `.failed` if they
  ///   are a record of a later format.
  init(decoding bytes: Data, key: String, from place: String) throws {
    guard let record = try? JSONDecoder().decode(StoreRecord.self, from: bytes) else {
      throw Self.refusal(bytes, "it is not a record", place)
    }
    self = record
    guard format == Self.format, self.key == key, ContentDigest.isWellFormed(artifact) else {
      throw Self.refusal(bytes, "it is not a record of its key", place)
    }
    guard binding == nil || binding == Self.binding(key, artifact) else {
      throw StoreError.unreadable(
        path: place, reason: "it names another artifact than it was written with")
    }
  }

  private static func refusal(_ bytes: Data, _ reason: String, _ place: String) -> StoreError {
    struct Shape: Decodable { let format: Int }
    guard let shape = try? JSONDecoder().decode(Shape.self, from: bytes), shape.format > format
    else { return .unreadable(path: place, reason: reason) }
    return .failed(doing: "read", path: place, reason: "a later version of Laconic wrote it")
  }
}
