package import Foundation

/// An artifact's type and files. The artifact's digest is the SHA-256 of the manifest's bytes.
package struct Manifest: Sendable, Hashable {
  /// Raise when the bytes below change for the same files.
  package static let format = 1

  package struct File: Sendable, Hashable, Codable {
    package let path: String
    package let digest: String
    package let size: Int

    package init(path: String, digest: String, size: Int) {
      self.path = path
      self.digest = digest
      self.size = size
    }
  }

  package let type: ArtifactType
  /// Sorted by the UTF-8 bytes of their paths.
  package let files: [File]

  package init(type: ArtifactType, files: [File]) {
    self.type = type
    self.files = files.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
  }

  /// JSON with sorted keys and no spaces. It is written by hand because a digest must not depend on
  /// the style of an encoder. Paths need no escapes (`RelativePath`).
  package var bytes: Data {
    let list = files.map {
      "{\"digest\":\"\($0.digest)\",\"path\":\"\($0.path)\",\"size\":\($0.size)}"
    }
    return Data(
      ("{\"files\":[\(list.joined(separator: ","))],\"format\":\(Self.format),"
        + "\"type\":\"\(type.rawValue)\"}").utf8)
  }

  package var digest: String { ContentDigest.hex(of: bytes) }

  package subscript(path: String) -> File? { files.first { $0.path == path } }

  /// - Throws: `StoreError` if the bytes are not a manifest, or a path in it leaves its folder.
  init(decoding bytes: Data, from place: String) throws {
    struct Shape: Decodable {
      let format: Int
      let type: String
      let files: [File]
    }
    let shape: Shape
    do {
      shape = try JSONDecoder().decode(Shape.self, from: bytes)
    } catch {
      throw StoreError.unreadable(path: place, reason: "it is not a manifest")
    }
    guard shape.format == Self.format else {
      throw StoreError.unreadable(
        path: place, reason: "its format \(shape.format) is not \(Self.format)")
    }
    for file in shape.files {
      try RelativePath.check(file.path)
      guard ContentDigest.isWellFormed(file.digest), file.size >= 0 else {
        throw StoreError.unreadable(path: place, reason: "a digest or size in it is malformed")
      }
    }
    self.init(type: ArtifactType(shape.type), files: shape.files)
  }
}
