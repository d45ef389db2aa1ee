package import Foundation

/// Files outside the store that the user named, read as an artifact addressed by their content.
///
/// A single file is called `content`, with its original extension: readers may depend on the
/// extension, and the digest does not depend on where the file is.
package struct ExternalFiles: ArtifactReader {
  /// The path of each file in the manifest, with links resolved.
  private let places: [String: String]
  private let filesystem: FileSystem
  package let manifest: Manifest
  package let digest: String

  package var type: ArtifactType { manifest.type }
  package var files: [String] { manifest.files.map(\.path) }

  /// - Throws: `StoreError` if a file is missing or not a regular file, or a link leads out of the
  ///   folder.
  package init(_ source: OutsideFiles, store: Store) throws {
    filesystem = store.files
    var found: [Manifest.File] = []
    var places: [String: String] = [:]
    for (name, place) in try Self.places(of: source, store.files) {
      guard let status = store.files.status(place) else { throw StoreError.missing(path: place) }
      guard status.isRegular else {
        throw StoreError.unreadable(
          path: place, reason: status.isDirectory ? "it is a folder" : "it is not a regular file")
      }
      let (digest, size) = try store.digest(ofOutside: place, status)
      found.append(Manifest.File(path: name, digest: digest, size: size))
      places[name] = place
    }
    self.places = places
    manifest = Manifest(type: source.type, files: found)
    digest = manifest.digest
  }

  private static func places(
    of source: OutsideFiles, _ files: FileSystem
  ) throws -> [(name: String, place: String)] {
    switch source {
    case .file(let path):
      // The file itself may be reached through a link, because the user chose the path.
      return [(name(ofSingle: path), try FileSystem.realPath(path, to: "read"))]
    case .files(let folder, let paths):
      let root = try FileSystem.realPath(folder, to: "read")
      return try paths.map { path in
        try RelativePath.check(path)
        let place = try FileSystem.realPath(root + "/" + path, to: "read")
        guard place.hasPrefix(root + "/") else {
          throw StoreError.outside(
            path: folder + "/" + path, reason: "it links to '\(place)', outside the folder")
        }
        return (path, place)
      }
    }
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

extension Store {
  /// The digest and size of a file outside the store, from the memo if the file has not changed.
  func digest(ofOutside place: String, _ status: FileStatus) throws -> (digest: String, size: Int) {
    if let digest = memo.digest(of: status) { return (digest, status.size) }
    let (digest, hashed) = try files.digest(place)
    memo.note(digest, of: hashed)
    return (digest, hashed.size)
  }
}
