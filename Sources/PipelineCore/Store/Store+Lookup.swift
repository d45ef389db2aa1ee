package import Foundation

/// What the store has under a key.
package enum Lookup: Sendable {
  case none
  /// A record, and every blob it needs.
  case hit(StoredArtifact)
  /// A record that is no hit: why, and the artifact it names if that much can be read.
  case damaged(artifact: String?, [StoreError])
}

extension Store {
  /// Looks a key up without changing anything.
  package func lookup(_ key: String) -> Lookup {
    let record: StoreRecord
    do {
      guard let found = try self.record(key) else { return .none }
      record = found
    } catch {
      return .damaged(artifact: nil, [storeError(error, recordPath(key))])
    }
    do {
      let artifact = try artifact(record.artifact)
      let problems = artifact.problems()
      return problems.isEmpty
        ? .hit(artifact) : .damaged(artifact: record.artifact, problems)
    } catch {
      return .damaged(
        artifact: record.artifact, [storeError(error, blobPath(record.artifact))])
    }
  }

  /// The record under a key; nil if there is none.
  package func record(_ key: String) throws -> StoreRecord? {
    let path = recordPath(key)
    do {
      return try StoreRecord(decoding: try files.read(path).bytes, key: key, from: path)
    } catch StoreError.missing {
      return nil
    }
  }

  /// Every readable record, in key order. One that cannot be read explains nothing and is left out;
  /// `lookup` reports it when its key is asked for.
  package func records() -> [StoreRecord] {
    ((try? recordedKeys()) ?? []).compactMap { (try? record($0)) ?? nil }
  }

  /// An artifact by its digest; its manifest is verified, its files are when they are read.
  package func artifact(_ digest: String) throws -> StoredArtifact {
    guard ContentDigest.isWellFormed(digest) else {
      throw StoreError.outside(path: digest, reason: "it is not a digest")
    }
    let manifest = try Manifest(decoding: try readBlob(digest), from: blobPath(digest))
    return StoredArtifact(store: self, manifest: manifest, digest: digest)
  }

  private func storeError(_ error: any Error, _ path: String) -> StoreError {
    error as? StoreError ?? .unreadable(path: path, reason: error.inWords)
  }
}

/// An artifact in the store.
package struct StoredArtifact: ArtifactReader {
  let store: Store
  package let manifest: Manifest
  package let digest: String

  package var type: ArtifactType { manifest.type }
  package var files: [String] { manifest.files.map(\.path) }

  package func read(_ path: String) throws -> Data {
    guard let file = manifest[path] else {
      throw StoreError.noSuchFile(path: path, artifact: digest)
    }
    return try store.readBlob(file.digest)
  }

  /// What is wrong with the artifact's blobs, by the memo where it may be trusted.
  package func problems() -> [StoreError] {
    manifest.files.compactMap { store.problem(ofBlob: $0.digest, size: $0.size) }
  }

  /// Removes those of its blobs whose bytes are wrong, so that every later lookup is a miss.
  func discardDamage() throws {
    for file in manifest.files { try store.discard(damaged: file.digest) }
    try store.discard(damaged: digest)
  }
}
