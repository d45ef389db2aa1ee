package import Foundation

extension Store {
  /// A blob's bytes, verified.
  /// - Throws: `StoreError.missing`, or `.damaged` with both digests.
  package func readBlob(_ digest: String) throws -> Data {
    let path = blobPath(digest)
    let (bytes, _) = try files.read(path)
    let found = ContentDigest.hex(of: bytes)
    guard found == digest else {
      throw StoreError.damaged(path: path, expected: digest, found: found)
    }
    return bytes
  }

  /// What is wrong with a blob, or nil. Trusts the memo for a file that nothing has touched since it
  /// was hashed; rehashes all others.
  func problem(ofBlob digest: String, size: Int) -> StoreError? {
    let path = blobPath(digest)
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

  /// Gives a written temporary file its place among the blobs. A blob that is already there is
  /// replaced by the same bytes, which mends it if it was damaged.
  func placeBlob(_ temporary: String, digest: String) throws {
    let path = blobPath(digest)
    let folder = (path as NSString).deletingLastPathComponent
    try files.makeDirectory(folder)
    try files.place(temporary, at: path)
  }

  /// Removes what stands in a blob's place and is not the blob, so that everybody sees it as missing.
  func discard(damaged digest: String) throws {
    let path = blobPath(digest)
    guard let status = files.status(path) else { return }
    guard status.isRegular else { return try files.removeTree(path) }
    do {
      if try files.digest(path).digest == digest { return }
    } catch StoreError.missing {
      return
    } catch StoreError.unreadable {
      // It changed while it was read: someone else has just put the blob in its place.
      return
    } catch {
      // What the disk does not give back is no blob either.
    }
    try files.remove(path)
  }
}
