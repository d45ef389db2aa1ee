package import Foundation

/// The files of checkpoints on disk. All other code of this module is handed bytes.
package enum CheckpointFiles {
  /// True if something is at the path.
  package static func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: path)
  }

  /// True if a folder is at the path.
  package static func isFolder(_ path: String) -> Bool {
    let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    let facts = try? FileManager.default.attributesOfItem(atPath: target)
    return facts?[.type] as? FileAttributeType == .typeDirectory
  }

  /// True if the path is that of a GGUF file, not of a model folder.
  package static func isGGUF(_ path: String) -> Bool {
    guard GGUFModel.isName(path) else { return false }
    let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    let facts = try? FileManager.default.attributesOfItem(atPath: target)
    return facts.map { $0[.type] as? FileAttributeType != .typeDirectory } ?? false
  }

  /// Returns the names of the files in a folder, sorted.
  package static func names(in folder: String) throws(ModelFileError) -> [String] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    } catch {
      throw ModelFileError("the folder", .malformed("it cannot be read"))
    }
  }

  /// Reads the beginning of a regular file. Other files, such as pipes, may never end.
  /// - Parameters:
  ///   - path: the path in the folder.
  ///   - most: the most bytes to read.
  package static func head(
    of path: String, in folder: String, most: Int
  ) throws(ModelFileError) -> (bytes: Data, size: Int) {
    let root = URL(fileURLWithPath: folder).resolvingSymlinksInPath()
    let url = root.appendingPathComponent(path).resolvingSymlinksInPath()
    guard url.path.hasPrefix(root.path + "/") else {
      throw ModelFileError(path, .malformed("it is a link that leads out of the folder"))
    }
    guard let size = sizeOfRegularFile(url) else {
      throw ModelFileError(path, .malformed("it is not a regular file"))
    }
    do {
      let file = try FileHandle(forReadingFrom: url)
      defer { try? file.close() }
      return (try file.read(upToCount: most) ?? Data(), size)
    } catch {
      throw ModelFileError(path, .malformed("it cannot be read"))
    }
  }

  /// Maps a regular file into memory.
  package static func mapped(_ path: String) throws(ModelFileError) -> Data {
    let url = URL(fileURLWithPath: path).resolvingSymlinksInPath()
    let name = (path as NSString).lastPathComponent
    guard sizeOfRegularFile(url) != nil else {
      throw ModelFileError(name, .malformed("it is not a regular file"))
    }
    do {
      return try Data(contentsOf: url, options: .alwaysMapped)
    } catch {
      throw ModelFileError(name, .malformed("it cannot be read"))
    }
  }

  /// The size of a regular file; nil for any other.
  private static func sizeOfRegularFile(_ url: URL) -> Int? {
    let facts = try? FileManager.default.attributesOfItem(atPath: url.path)
    guard facts?[.type] as? FileAttributeType == .typeRegular else { return nil }
    return (facts?[.size] as? NSNumber)?.intValue
  }
}
