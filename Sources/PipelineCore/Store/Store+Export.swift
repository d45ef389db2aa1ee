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
    let target = folder.plainPath
    guard try files.names(inFolderToFill: target).isEmpty else {
      throw StoreError.notEmpty(path: target)
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

extension FileSystem {
  /// The names in a person's folder that is to be filled; none if it is not there yet.
  /// - Throws: `StoreError` if a link or a file is in its place.
  func names(inFolderToFill path: String) throws -> [String] {
    guard let status = status(path) else { return [] }
    // A link could lead anywhere, and a rename would replace the link.
    if status.isLink { throw StoreError.outside(path: path, reason: "it is a symbolic link") }
    guard status.isDirectory else {
      throw StoreError.failed(
        doing: "make the folder", path: path, reason: "a file of that name is in the way")
    }
    return try list(path)
  }
}

extension URL {
  /// The path of a file or folder, without `..` and without a slash at its end.
  var plainPath: String {
    let path = standardizedFileURL.path(percentEncoded: false)
    return path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
  }
}
