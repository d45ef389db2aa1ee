package import Foundation

/// An external input, read as an artifact that is addressed by its content.
///
/// A single file is called `content`, with its original extension: readers may depend on the
/// extension, and the digest does not depend on where the file is. A checkpoint is a folder, or a
/// single file that holds all of it. In a folder hidden files are
/// skipped, a link is followed only to a file inside the folder, and other special files are
/// refused.
package struct ExternalArtifact: ArtifactReader {
  /// The place of each file in the manifest.
  private let places: [String: ExternalPlace]
  private let filesystem: FileSystem
  package let manifest: Manifest
  package let digest: String

  package var type: ArtifactType { manifest.type }
  package var files: [String] { manifest.files.map(\.path) }

  /// - Parameter type: the type of a folder, which may hold anything.
  /// - Throws: `StoreError` if a file is missing or not a regular file, a folder is empty, or a
  ///   link leads out of the folder.
  package init(_ input: ExternalInput, folderType type: ArtifactType, store: Store) throws {
    filesystem = store.files
    var found: [Manifest.File] = []
    var places: [String: ExternalPlace] = [:]
    func add(_ name: String, at place: ExternalPlace) throws {
      guard let status = store.files.status(place.real) else {
        throw StoreError.missing(path: place.given)
      }
      guard status.isRegular else {
        throw StoreError.unreadable(
          path: place.given,
          reason: status.isDirectory ? "it is a folder" : "it is not a regular file")
      }
      let (digest, size) = try store.digest(ofExternal: place.real, status)
      try store.know(place.real, digest: digest, size: size)
      found.append(Manifest.File(path: name, digest: digest, size: size))
      places[name] = place
    }
    // The folder or the single file may itself be reached through a link, because the user chose
    // the path.
    switch input {
    case .file(let path):
      try add(Self.name(ofSingle: path), at: try ExternalPlace(path))
    case .files(let folder, let paths):
      let root = try FileSystem.realPath(folder, to: "read")
      for path in paths { try add(path, at: try Self.place(of: path, in: root, named: folder)) }
    case .checkpoint(let path, let base):
      let below = ExternalInput.baseWord + "/"
      try Self.visit(path, store.files) { name, place in
        // The base that is given takes the place of one in the folder.
        if base == nil || !name.hasPrefix(below) { try add(name, at: place) }
      }
      if let base { try Self.visit(base, store.files) { try add(below + $0, at: $1) } }
    case .server: preconditionFailure("a server is a `ServerArtifact`")
    }
    self.places = places
    manifest = Manifest(type: input.isFolder ? type : input.type, files: found)
    digest = manifest.digest
  }

  /// Calls `body` for every file of a checkpoint: a folder, or a single file.
  private static func visit(
    _ path: String, _ files: FileSystem,
    _ body: (_ name: String, _ place: ExternalPlace) throws -> Void
  ) throws {
    let root = try FileSystem.realPath(path, to: "read the folder")
    if files.status(root)?.isRegular == true {
      return try body(name(ofSingle: path), try ExternalPlace(path))
    }
    guard files.status(root)?.isDirectory == true else {
      throw StoreError.unreadable(path: path, reason: "it is not a folder")
    }
    var isEmpty = true
    try ExternalFolder(root: root, name: path, files: files).visit {
      isEmpty = false
      try body($0, $1)
    }
    if isEmpty {
      throw StoreError.unreadable(path: path, reason: "the folder holds no files")
    }
  }

  private static func place(
    of path: String, in root: String, named folder: String
  ) throws -> ExternalPlace {
    try RelativePath.check(path)
    let place = try ExternalPlace(folder + "/" + path)
    try place.require(in: root)
    return place
  }

  private static func name(ofSingle path: String) -> String {
    let ending = (path as NSString).pathExtension
    let isPlain =
      !ending.isEmpty && ending.utf8.count <= 16
      && ending.unicodeScalars.allSatisfy { $0.isASCII && $0.properties.isAlphabetic }
    return isPlain ? "content." + ending : "content"
  }

  package func reference(to path: String) -> FileReference? {
    guard let file = manifest[path], let place = places[path] else { return nil }
    return FileReference(digest: file.digest, size: file.size, outside: place.real)
  }

  package func read(_ path: String) throws -> Data {
    guard let file = manifest[path], let place = places[path] else {
      throw StoreError.noSuchFile(path: path, artifact: digest)
    }
    let bytes = try filesystem.read(place.real).bytes
    let found = ContentDigest.hex(of: bytes)
    guard found == file.digest else {
      throw StoreError.damaged(path: place.given, expected: file.digest, found: found)
    }
    return bytes
  }
}

/// The place of a file outside the store.
private struct ExternalPlace {
  /// The path by which the user knows it, for messages; it may be a link.
  let given: String
  /// The path with all links resolved.
  let real: String

  /// - Throws: `StoreError` if nothing is there.
  init(_ given: String) throws {
    self.given = given
    real = try FileSystem.realPath(given, to: "read")
  }

  /// - Parameter root: the folder's path, with links resolved.
  /// - Throws: `StoreError` if the file is not inside the folder.
  func require(in root: String) throws {
    guard real.hasPrefix(root + "/") else {
      throw StoreError.outside(path: given, reason: "it links to '\(real)', outside the folder")
    }
  }
}

/// The files of a folder outside the store, found by going through it.
private struct ExternalFolder {
  private static let depthLimit = 16
  private static let fileLimit = 10_000

  /// The path with links resolved.
  let root: String
  /// The path as the user gave it, for messages.
  let name: String
  let files: FileSystem

  /// Calls `body` for every file, by name, with its path in the folder and its place on the disk.
  func visit(_ body: (_ name: String, _ place: ExternalPlace) throws -> Void) throws {
    var count = 0
    try visit("", depth: 0, &count, body)
  }

  private func visit(
    _ folder: String, depth: Int, _ count: inout Int,
    _ body: (_ name: String, _ place: ExternalPlace) throws -> Void
  ) throws {
    guard depth <= Self.depthLimit else {
      throw StoreError.unreadable(
        path: name, reason: "folders are nested more than \(Self.depthLimit) deep")
    }
    for entry in try files.list(folder.isEmpty ? root : root + "/" + folder)
    where !entry.hasPrefix(".") {
      let path = folder.isEmpty ? entry : folder + "/" + entry
      try RelativePath.check(path)
      let place = try ExternalPlace(name + "/" + path)
      try place.require(in: root)
      if files.status(place.real)?.isDirectory == true {
        guard place.real == root + "/" + path else {
          throw StoreError.outside(path: place.given, reason: "it links to a folder")
        }
        try visit(path, depth: depth + 1, &count, body)
        continue
      }
      guard count < Self.fileLimit else {
        throw StoreError.unreadable(
          path: name, reason: "it holds more than \(Self.fileLimit) files")
      }
      count += 1
      try body(path, place)
    }
  }
}

extension Store {
  /// The digest and size of a file outside the store, from the memo if the file has not changed.
  func digest(
    ofExternal place: String, _ status: FileStatus
  ) throws -> (digest: String, size: Int) {
    if let digest = memo.digest(of: status) { return (digest, status.size) }
    let (digest, hashed) = try files.digest(place)
    memo.note(digest, of: hashed)
    return (digest, hashed.size)
  }
}
