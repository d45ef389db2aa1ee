package import Foundation

extension Store {
  /// The bytes of a blob, verified.
  /// - Throws: `StoreError.missing`, or `.damaged` with both digests.
  package func readBlob(_ digest: String) throws -> Data {
    let path = place(ofBlob: digest)
    let (bytes, _) = try files.read(path, mayMap: true)
    let found = ContentDigest.hex(of: bytes)
    guard found == digest else {
      throw StoreError.damaged(path: path, expected: digest, found: found)
    }
    return bytes
  }

  /// The problem with a blob, or nil. Trusts the memo for a file that has not changed since it was
  /// hashed, and hashes all others again.
  func problem(ofBlob digest: String, size: Int) -> StoreError? {
    let path = place(ofBlob: digest)
    guard let status = files.status(path) else { return .missing(path: path) }
    guard status.isRegular else {
      return .unreadable(path: path, reason: "it is not a regular file")
    }
    if status.size == size, memo.digest(of: status) == digest { return nil }
    do {
      let (found, hashed) = try files.digest(path)
      guard found == digest else {
        return .damaged(path: path, expected: digest, found: found)
      }
      memo.note(digest, of: hashed)
      return nil
    } catch let error as StoreError {
      return error
    } catch {
      return .unreadable(path: path, reason: error.inWords)
    }
  }

  /// Moves a written temporary file to its place among the blobs. An existing blob is replaced by
  /// the same bytes, which repairs it if it was damaged.
  func placeBlob(_ temporary: String, digest: String) throws {
    let path = blobPath(digest)
    let folder = (path as NSString).deletingLastPathComponent
    try files.makeDirectory(folder)
    try files.place(temporary, at: path)
  }

  /// Removes a damaged blob, so that every process sees it as missing. Of a file outside the store
  /// only the note is removed.
  func discard(damaged digest: String) throws {
    let path = blobPath(digest)
    guard let status = files.status(path) else {
      guard let note = outsideNote(digest) else { return }
      if let found = try? files.digest(note.path).digest, found == digest { return }
      return try files.remove(outsidePath(digest))
    }
    guard status.isRegular else { return try files.removeTree(path) }
    do {
      if try files.digest(path).digest == digest { return }
    } catch StoreError.missing {
      return
    } catch StoreError.unreadable {
      // The file changed while it was read: another process has just written the blob.
      return
    } catch {
      // A blob that the disk cannot read is damaged too.
    }
    try files.remove(path)
  }
}
