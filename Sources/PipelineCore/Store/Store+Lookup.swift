package import Foundation

/// Result of looking up a key.
package enum Lookup: Sendable {
  case none
  /// A record exists, and every blob it needs.
  case hit(StoredArtifact)
  /// A record exists but cannot be used: the reasons, and the artifact it names if that can be
  /// read.
  case damaged(artifact: String?, [StoreError])
}

extension Store {
  /// Looks up a key without changing anything.
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

  /// All readable records, in key order. Records that cannot be read are left out; `lookup` reports
  /// them when their key is asked for.
  package func records() -> [StoreRecord] {
    ((try? recordedKeys()) ?? []).compactMap { (try? record($0)) ?? nil }
  }

  /// The artifact with this digest. Its manifest is verified now, its files when they are read.
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
    try store.readBlob(try digest(of: path))
  }

  /// Reads a large file without holding all of it.
  func read(_ path: String, inPieces body: FilePieces) throws {
    let digest = try digest(of: path)
    try store.files.pieces(of: store.blobPath(digest), digest: digest, body)
  }

  private func digest(of path: String) throws -> String {
    guard let file = manifest[path] else {
      throw StoreError.noSuchFile(path: path, artifact: digest)
    }
    return file.digest
  }

  package func reference(to path: String) -> FileReference? {
    manifest[path].map {
      FileReference(
        digest: $0.digest, size: $0.size, outside: store.outsidePlace(of: $0.digest))
    }
  }

  /// The problems with the artifact's blobs, trusting the memo for files that have not changed.
  package func problems() -> [StoreError] {
    manifest.files.compactMap { store.problem(ofBlob: $0.digest, size: $0.size) }
  }

  /// Removes the artifact's damaged blobs, so that every later lookup is a miss.
  func discardDamage() throws {
    for file in manifest.files { try store.discard(damaged: file.digest) }
    try store.discard(damaged: digest)
  }
}
