package import Foundation
import SystemPackage

/// Reads the files named by `extends`.
package protocol PipelineFiles: Sendable {
  /// The project's root folder; no file outside it may be extended.
  func project(around folder: URL) -> URL
  /// The path with symbolic links resolved; unchanged if nothing exists there.
  func resolved(_ path: String) -> String
  func bytes(of path: String) throws(UnreadableFile) -> [UInt8]
}

/// The reason why a file cannot be read, in a few words: `it does not exist`.
package struct UnreadableFile: Error, CustomStringConvertible {
  package let description: String
  package init(_ description: String) { self.description = description }
}

/// Reads files from disk.
package struct DiskFiles: PipelineFiles {
  /// The most bytes to read of one file, only a little more than a pipeline may have.
  private static let sizeLimit = 2 << 20

  package init() {}

  /// The nearest folder, going up, that contains a `pipelines` folder or a Package.swift; the
  /// folder itself if there is none.
  package func project(around folder: URL) -> URL { Self.project(around: folder) ?? folder }

  package static func project(around start: URL) -> URL? {
    let files = FileManager.default
    return start.upward.first { folder in
      ["pipelines", "Package.swift"].map { folder.appendingPathComponent($0).path }
        .contains(where: files.fileExists(atPath:))
    }
  }

  package func resolved(_ path: String) -> String {
    FileSystem.realPath(path) ?? path
  }

  package func bytes(of path: String) throws(UnreadableFile) -> [UInt8] {
    try Self.bytes(of: path, isPipeAllowed: false)
  }

  /// - Parameter isPipeAllowed: true to read also what is not a regular file: a user may give a
  ///   pipe on the command line, but a file may not name one.
  package static func bytes(
    of path: String, isPipeAllowed: Bool
  ) throws(UnreadableFile) -> [UInt8] {
    guard !path.isEmpty else { throw UnreadableFile("the name is empty") }
    // Opening a named pipe in a folder could block for ever, until another process writes to it. A
    // pipe that was opened for this process (`/dev/stdin`, `<(…)`) is not in a folder.
    var place = stat()
    if isPipeAllowed, let real = FileSystem.realPath(path), !real.hasPrefix("/dev/"),
      lstat(real, &place) == 0, place.st_mode & S_IFMT == S_IFIFO
    {
      throw UnreadableFile("it is not a regular file")
    }
    do {
      let file = try FileDescriptor.open(
        path, .readOnly, options: isPipeAllowed ? [] : .nonBlocking)
      defer { try? file.close() }
      var status = stat()
      if fstat(file.rawValue, &status) == 0 {
        let type = status.st_mode & S_IFMT
        if type == S_IFDIR { throw UnreadableFile("it is a folder") }
        if !isPipeAllowed, type != S_IFREG { throw UnreadableFile("it is not a regular file") }
      }
      var bytes: [UInt8] = []
      var buffer = [UInt8](repeating: 0, count: 1 << 16)
      while bytes.count <= sizeLimit {
        let count = try buffer.withUnsafeMutableBytes { try file.read(into: $0) }
        if count == 0 { break }
        bytes += buffer[..<count]
      }
      return bytes
    } catch let error as UnreadableFile {
      throw error
    } catch Errno.noSuchFileOrDirectory {
      throw UnreadableFile("it does not exist")
    } catch {
      throw UnreadableFile((error as? Errno).map { words(ofCode: $0.rawValue) } ?? error.inWords)
    }
  }
}
