package import Foundation

/// An external input, read as an artifact that is addressed by its content.
///
/// A single file is called `content`, with its original extension: readers may depend on the
/// extension, and the digest does not depend on where the file is. In a folder hidden files are
/// skipped, a link is followed only to a file inside the folder, and other special files are
/// refused.
package struct ExternalArtifact: ArtifactReader {
  /// The path of each file in the manifest, with links resolved.
  private let places: [String: String]
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
    var places: [String: String] = [:]
    func add(_ name: String, at place: String) throws {
      guard let status = store.files.status(place) else { throw StoreError.missing(path: place) }
      guard status.isRegular else {
        throw StoreError.unreadable(
          path: place, reason: status.isDirectory ? "it is a folder" : "it is not a regular file")
      }
      let (digest, size) = try store.digest(ofExternal: place, status)
      found.append(Manifest.File(path: name, digest: digest, size: size))
      places[name] = place
    }
    // The folder or the single file may itself be reached through a link, because the user chose
    // the path.
    switch input {
    case .file(let path):
      try add(Self.name(ofSingle: path), at: try FileSystem.realPath(path, to: "read"))
    case .files(let folder, let paths):
      let root = try FileSystem.realPath(folder, to: "read")
      for path in paths { try add(path, at: try Self.place(of: path, in: root, named: folder)) }
    case .checkpoint(let path):
      let root = try FileSystem.realPath(path, to: "read the folder")
      guard filesystem.status(root)?.isDirectory == true else {
        throw StoreError.unreadable(path: path, reason: "it is not a folder")
      }
      try ExternalFolder(root: root, files: filesystem).visit(add)
      guard !found.isEmpty else {
        throw StoreError.unreadable(path: path, reason: "the folder holds no files")
      }
    }
    self.places = places
    manifest = Manifest(type: input.isFolder ? type : input.type, files: found)
    digest = manifest.digest
  }

  private static func place(
    of path: String, in root: String, named folder: String
  ) throws -> String {
    try RelativePath.check(path)
    let place = try FileSystem.realPath(root + "/" + path, to: "read")
    guard place.hasPrefix(root + "/") else {
      throw StoreError.outside(
        path: folder + "/" + path, reason: "it links to '\(place)', outside the folder")
    }
    return place
  }

  private static func name(ofSingle path: String) -> String {
    let ending = (path as NSString).pathExtension
    let isPlain =
      !ending.isEmpty && ending.utf8.count <= 16
      && ending.unicodeScalars.allSatisfy { $0.isASCII && $0.properties.isAlphabetic }
    return isPlain ? "content." + ending : "content"
  }

  package func read(_ path: String) throws -> Data {
    guard let file = manifest[path], let place = places[path] else {
      throw StoreError.noSuchFile(path: path, artifact: digest)
    }
    let bytes = try filesystem.read(place).bytes
    let found = ContentDigest.hex(of: bytes)
    guard found == file.digest else {
      throw StoreError.damaged(path: place, expected: file.digest, found: found)
    }
    return bytes
  }
}

/// The files of a folder outside the store, found by going through it.
private struct ExternalFolder {
  private static let depthLimit = 16
  private static let fileLimit = 10_000

  let root: String
  let files: FileSystem

  /// Calls `body` for every file, by name, with its path in the folder and its place on the disk.
  func visit(_ body: (_ name: String, _ place: String) throws -> Void) throws {
    var count = 0
    try visit("", depth: 0, &count, body)
  }

  private func visit(
    _ folder: String, depth: Int, _ count: inout Int,
    _ body: (_ name: String, _ place: String) throws -> Void
  ) throws {
    guard depth <= Self.depthLimit else {
      throw StoreError.unreadable(
        path: root, reason: "folders are nested more than \(Self.depthLimit) deep")
    }
    for name in try files.list(folder.isEmpty ? root : root + "/" + folder)
    where !name.hasPrefix(".") {
      let path = folder.isEmpty ? name : folder + "/" + name
      try RelativePath.check(path)
      let place = try target(of: root + "/" + path)
      if files.status(place)?.isDirectory == true {
        guard place == root + "/" + path else {
          throw StoreError.outside(path: root + "/" + path, reason: "it links to a folder")
        }
        try visit(path, depth: depth + 1, &count, body)
        continue
      }
      guard count < Self.fileLimit else {
        throw StoreError.unreadable(
          path: root, reason: "it holds more than \(Self.fileLimit) files")
      }
      count += 1
      try body(path, place)
    }
  }

  /// The path itself, or, for a link, the file to which it leads, which must be inside the folder.
  private func target(of path: String) throws -> String {
    guard files.status(path)?.isLink == true else { return path }
    let target = try FileSystem.realPath(path, to: "follow the link")
    guard target.hasPrefix(root + "/") else {
      throw StoreError.outside(path: path, reason: "it links to '\(target)', outside the folder")
    }
    return target
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
