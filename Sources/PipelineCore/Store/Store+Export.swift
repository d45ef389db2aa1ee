package import Foundation

extension Store {
  /// Copies an artifact's files, each verified, into a new or empty folder. The folder appears
  /// complete or not at all.
  /// - Throws: `StoreError.notEmpty`, or the error of a blob.
  package func export(_ digest: String, to folder: URL) throws {
    let artifact = try artifact(digest)
    try export(to: folder) { scratch in
      for path in artifact.files { try scratch.write(try artifact.read(path), to: path) }
    }
  }

  /// Writes files into a new or empty folder, which appears complete or not at all.
  /// - Throws: `StoreError.notEmpty`, and the errors of `write`.
  package func export(
    to folder: URL, _ write: (any FolderWriter) throws -> Void
  ) throws {
    let place = folder.standardizedFileURL.path(percentEncoded: false)
    let target = place.count > 1 && place.hasSuffix("/") ? String(place.dropLast()) : place
    if let status = files.status(target) {
      // A link could lead anywhere, and a rename would replace the link.
      if status.isLink { throw StoreError.outside(path: target, reason: "it is a symbolic link") }
      guard status.isDirectory else {
        throw StoreError.failed(
          doing: "make the folder", path: target, reason: "a file of that name is in the way")
      }
      guard try files.list(target).isEmpty else { throw StoreError.notEmpty(path: target) }
    }
    let parent = (target as NSString).deletingLastPathComponent
    if !parent.isEmpty { try files.makeDirectories(parent) }
    // Next to the target, because a rename cannot move files between file systems.
    let suffix = String(UInt32.random(in: 0 ... .max), radix: 16)
    let scratch = try ScratchFolder(
      path: "\(target).partial-\(suffix)", files: files, modes: .export)
    do {
      try write(scratch)
      try files.rename(scratch.path, to: target)
    } catch {
      scratch.discard()
      throw error
    }
  }
}
