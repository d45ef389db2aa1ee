import Foundation

/// Key → artifact: that this work was done, and what it made. No dates, hosts or durations.
package struct StoreRecord: Sendable, Hashable, Codable {
  /// Raise when older records can no longer be read.
  package static let format = 1

  package let format: Int
  package let key: String
  package let kind: String
  package let kindVersion: Int
  /// The artifact's digest.
  package let artifact: String
  /// What the key was made from, for `explain` and for the field that changed.
  package let preimage: [KeyLine]
  /// The version of Laconic that did the work.
  package let engine: String

  package init(
    key: StageKey, kind: String, kindVersion: Int, artifact: String,
    engine: String = Engine.version
  ) {
    format = Self.format
    self.key = key.hex
    self.kind = kind
    self.kindVersion = kindVersion
    self.artifact = artifact
    preimage = key.preimage
    self.engine = engine
  }

  var bytes: Data {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
      return try encoder.encode(self)
    }
  }

  /// - Throws: `StoreError.unreadable` when the bytes are no record of `key`.
  init(decoding bytes: Data, key: String, from place: String) throws {
    do {
      self = try JSONDecoder().decode(StoreRecord.self, from: bytes)
    } catch {
      throw StoreError.unreadable(path: place, reason: "it is not a record")
    }
    guard format == Self.format, self.key == key, ContentDigest.isWellFormed(artifact) else {
      throw StoreError.unreadable(path: place, reason: "it is not a record of its key")
    }
  }
}

/// This build of Laconic.
package enum Engine {
  package static let version = "0.1.0"
}
