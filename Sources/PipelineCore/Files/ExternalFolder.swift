package import Foundation

/// A folder outside the store, read as an artifact addressed by the content of its files.
///
/// Hidden files are skipped. A link is followed only to a file inside the folder; other special
/// files are refused.
package struct ExternalFolder: ArtifactReader {
  private let root: String
  private let filesystem: FileSystem
  package let manifest: Manifest
  package let digest: String

  package var type: ArtifactType { manifest.type }
  package var files: [String] { manifest.files.map(\.path) }

  /// - Throws: `StoreError` if the folder is missing or empty, or a link leads out of it.
  package init(path: String, type: ArtifactType, store: Store) throws {
    filesystem = store.files
    // The folder itself may be reached through a link, because the user chose the path.
    root = try FileSystem.realPath(path, to: "read the folder")
    guard filesystem.status(root)?.isDirectory == true else {
      throw StoreError.unreadable(path: path, reason: "it is not a folder")
    }
    var found: [Manifest.File] = []
    try Self.walk(root, "", depth: 0, store: store, into: &found)
    guard !found.isEmpty else {
      throw StoreError.unreadable(path: path, reason: "the folder holds no files")
    }
    manifest = Manifest(type: type, files: found)
    digest = manifest.digest
  }

  private static func walk(
    _ root: String, _ folder: String, depth: Int, store: Store, into found: inout [Manifest.File]
  ) throws {
    guard depth <= 16 else {
      throw StoreError.unreadable(path: root, reason: "folders are nested more than 16 deep")
    }
    let here = folder.isEmpty ? root : root + "/" + folder
    for name in try store.files.list(here) where !name.hasPrefix(".") {
      let path = folder.isEmpty ? name : folder + "/" + name
      try RelativePath.check(path)
      let place = try target(of: root + "/" + path, in: root, files: store.files)
      guard let status = store.files.status(place) else {
        throw StoreError.missing(path: place)
      }
      if status.isDirectory {
        guard place == root + "/" + path else {
          throw StoreError.outside(path: root + "/" + path, reason: "it links to a folder")
        }
        try walk(root, path, depth: depth + 1, store: store, into: &found)
        continue
      }
      guard status.isRegular else {
        throw StoreError.unreadable(path: place, reason: "it is not a regular file")
      }
      guard found.count < 10_000 else {
        throw StoreError.unreadable(path: root, reason: "it holds more than 10000 files")
      }
      let (digest, size) = try store.digest(ofOutside: place, status)
      found.append(Manifest.File(path: path, digest: digest, size: size))
    }
  }

  /// The path itself, or, for a link, the file to which it leads, which must be inside the folder.
  private static func target(of path: String, in root: String, files: FileSystem) throws -> String {
    guard files.status(path)?.isLink == true else { return path }
    let target = try FileSystem.realPath(path, to: "follow the link")
    guard target.hasPrefix(root + "/") else {
      throw StoreError.outside(path: path, reason: "it links to '\(target)', outside the folder")
    }
    return target
  }

  package func read(_ path: String) throws -> Data {
    guard let file = manifest[path] else {
      throw StoreError.noSuchFile(path: path, artifact: digest)
    }
    let place = root + "/" + path
    let bytes = try filesystem.read(
      try Self.target(of: place, in: root, files: filesystem)
    ).bytes
    let found = ContentDigest.hex(of: bytes)
    guard found == file.digest else {
      throw StoreError.damaged(path: place, expected: file.digest, found: found)
    }
    return bytes
  }
}
