package import Foundation

/// Files from outside the store that a person named, taken as an artifact by their content.
///
/// A single file is called `content`, with the ending of its name: who reads it may go by that, and
/// moving the file changes nothing.
package struct ExternalFiles: ArtifactReader {
  /// Where each file of the manifest is, links followed.
  private let places: [String: String]
  private let filesystem: FileSystem
  package let manifest: Manifest
  package let digest: String

  package var type: ArtifactType { manifest.type }
  package var files: [String] { manifest.files.map(\.path) }

  /// - Throws: `StoreError` when a file is missing or none, or a link leads out of the folder.
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
      // The file itself may be reached through a link: the person chose it.
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
  /// The digest and size of a file from outside, by the memo while nothing has touched the file.
  func digest(ofOutside place: String, _ status: FileStatus) throws -> (digest: String, size: Int) {
    if let digest = memo.digest(of: status) { return (digest, status.size) }
    let (digest, hashed) = try files.digest(place)
    memo.note(digest, of: hashed)
    return (digest, hashed.size)
  }
}
