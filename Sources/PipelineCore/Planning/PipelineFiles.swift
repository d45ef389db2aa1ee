package import Foundation

/// How the files that `extends` names are read.
package protocol PipelineFiles: Sendable {
  /// The folder that no file may lead out of.
  func project(around folder: URL) -> URL
  /// Where a path leads once links are followed; the path itself where nothing is.
  func resolved(_ path: String) -> String
  func bytes(of path: String) throws(UnreadableFile) -> [UInt8]
}

/// Why a file cannot be read, in a few words: `there is no such file`.
package struct UnreadableFile: Error, CustomStringConvertible {
  package let description: String
  package init(_ description: String) { self.description = description }
}

/// Files on disk.
package struct DiskFiles: PipelineFiles {
  /// Hardly more bytes are read than a pipeline may have.
  private static let sizeLimit = 2 << 20

  package init() {}

  /// The nearest folder, going up, that holds a `pipelines` folder or a Package.swift; the folder
  /// itself where there is none.
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

  /// - Parameter isPipeAllowed: whether what is no regular file is read as well: a person may give a
  ///   pipe on the command line, but a file may not name one.
  package static func bytes(
    of path: String, isPipeAllowed: Bool
  ) throws(UnreadableFile) -> [UInt8] {
    guard !path.isEmpty else { throw UnreadableFile("the name is empty") }
    // A pipe that lies in a folder waits for whoever writes to it, perhaps for ever. One that was
    // opened for us (`/dev/stdin`, `<(…)`) has no such place.
    var place = stat()
    if isPipeAllowed, let real = FileSystem.realPath(path), !real.hasPrefix("/dev/"),
      lstat(real, &place) == 0, place.st_mode & S_IFMT == S_IFIFO
    {
      throw UnreadableFile("it is not a regular file")
    }
    let descriptor = open(path, isPipeAllowed ? O_RDONLY : O_RDONLY | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw UnreadableFile(
        errno == ENOENT ? "there is no such file" : String(cString: strerror(errno)))
    }
    defer { close(descriptor) }
    var status = stat()
    if fstat(descriptor, &status) == 0 {
      let type = status.st_mode & S_IFMT
      if type == S_IFDIR { throw UnreadableFile("it is a folder") }
      if !isPipeAllowed, type != S_IFREG { throw UnreadableFile("it is not a regular file") }
    }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while bytes.count <= sizeLimit {
      let count = read(descriptor, &buffer, buffer.count)
      if count > 0 {
        bytes += buffer[..<count]
      } else if count == 0 {
        break
      } else if errno != EINTR {
        throw UnreadableFile(String(cString: strerror(errno)))
      }
    }
    return bytes
  }
}
