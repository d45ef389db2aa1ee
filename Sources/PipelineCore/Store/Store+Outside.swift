import Foundation
import Synchronization

/// A file of an artifact that another artifact can contain without a copy.
package struct FileReference: Sendable, Hashable {
  package let digest: String
  package let size: Int
  /// The path of a file outside the store; nil for a blob.
  package let outside: String?
}

/// Blobs that are files outside the store: artifacts may contain files of a checkpoint that the
/// user gave, which would be large to copy. The store notes where such a file is, in
/// `outside/ab/cdef…`; its digest is checked like that of any blob.
extension Store {
  /// The note of a blob that is a file outside the store.
  struct OutsideNote: Codable {
    let path: String
    let size: Int
  }

  /// - Precondition: `digest` is well formed.
  func outsidePath(_ digest: String) -> String {
    path(.outside, String(digest.prefix(2)), String(digest.dropFirst(2)))
  }

  /// The path of a blob's bytes: in the store, or outside if they are noted there.
  func place(ofBlob digest: String) -> String {
    let own = blobPath(digest)
    return files.status(own) == nil ? outsidePlace(of: digest) ?? own : own
  }

  /// The file outside the store that has these bytes, as far as is known: one that this process was
  /// given, or one that is noted.
  func outsidePlace(of digest: String) -> String? {
    knownOutside.withLock { $0[digest] } ?? outsideNote(digest)?.path
  }

  /// The note of a blob; nil if there is none, or if it cannot be read.
  func outsideNote(_ digest: String) -> OutsideNote? {
    guard files.status(outsidePath(digest)) != nil,
      let bytes = try? files.read(outsidePath(digest)).bytes
    else { return nil }
    return try? JSONDecoder().decode(OutsideNote.self, from: bytes)
  }

  /// Remembers a file outside the store for this process, and corrects the note of one that was
  /// moved.
  func know(_ place: String, digest: String, size: Int) throws {
    knownOutside.withLock { $0[digest] = place }
    guard !isReadOnly, let note = outsideNote(digest), note.path != place else { return }
    try writeNote(place, digest: digest, size: size)
  }

  /// Makes sure that a file of another artifact can be read as a blob.
  /// - Throws: `StoreError` if the store has no such blob, and nothing is known of it outside.
  func keep(_ file: FileReference) throws {
    if files.status(blobPath(file.digest)) != nil { return }
    guard let place = file.outside ?? outsidePlace(of: file.digest) else {
      throw StoreError.missing(path: blobPath(file.digest))
    }
    guard outsideNote(file.digest)?.path != place else { return }
    try writeNote(place, digest: file.digest, size: file.size)
  }

  private func writeNote(_ place: String, digest: String, size: Int) throws {
    let path = outsidePath(digest)
    let folder = (path as NSString).deletingLastPathComponent
    let temporary = try temporaryPath()
    try files.makeDirectory(folder)
    try files.create(
      temporary, try JSONEncoder.plain.encode(OutsideNote(path: place, size: size)), sync: true)
    try files.place(temporary, at: path)
    try files.syncDirectory(folder)
  }

  /// The noted blobs, for the collector.
  func outsideBlobs() throws -> [String: Inventory.Blob] {
    var found: [String: Inventory.Blob] = [:]
    for shelf in try shelves(.outside) {
      for name in try files.list(path(.outside, shelf)) {
        let digest = shelf + name
        guard ContentDigest.isWellFormed(digest), let status = files.status(outsidePath(digest)),
          let note = outsideNote(digest)
        else { continue }
        found[digest] = Inventory.Blob(
          size: note.size, changed: status.changed, isOutside: true)
      }
    }
    return found
  }
}
