package import Foundation

/// An artifact that is only in memory. Its digest is that of the same artifact in a store.
package struct MemoryArtifact: ArtifactReader {
  package let type: ArtifactType
  package let digest: String
  private let contents: [String: Data]

  package init(type: ArtifactType, _ contents: [String: Data]) {
    self.type = type
    self.contents = contents
    digest =
      Manifest(
        type: type,
        files: contents.map { path, data in
          Manifest.File(path: path, digest: ContentDigest.hex(of: data), size: data.count)
        }
      ).digest
  }

  package var files: [String] { contents.keys.sorted() }

  package func read(_ path: String) throws -> Data {
    guard let data = contents[path] else {
      throw StoreError.noSuchFile(path: path, artifact: digest)
    }
    return data
  }
}

/// A folder that is only in memory. Used by one thread.
final class MemoryFolder: FolderWriter {
  private(set) var contents: [String: Data] = [:]

  func write(_ data: Data, to path: String) throws {
    try RelativePath.check(path)
    contents[path] = data
  }

  func write(
    to path: String, _ contents: (_ write: (Data) throws -> Void) throws -> Void
  ) throws {
    var whole = Data()
    try contents { whole.append($0) }
    try write(whole, to: path)
  }

  func refer(to file: FileReference, as path: String) throws {
    throw StageFailure("a trial makes no artifact that refers to files of another")
  }
}
