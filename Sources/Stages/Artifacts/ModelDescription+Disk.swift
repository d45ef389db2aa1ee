import Foundation
package import ModelCore

extension ModelDescription {
  /// Reads the description of a model on disk: a folder, or a GGUF file.
  /// - Throws: `ModelFileError`, also if a file cannot be read.
  package init(folder: String) throws(ModelFileError) {
    if GGUFModel.isFile(folder) {
      try self.init(try GGUFModel(path: folder), memory: MachineMemory.size)
      return
    }
    do {
      let files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
      try self.init(files: files, memory: MachineMemory.size) { path, most in
        try Self.head(of: path, in: folder, most: most)
      }
    } catch let error as ModelFileError {
      throw error
    } catch {
      throw ModelFileError("the folder", .malformed("it cannot be read"))
    }
  }

  /// Reads the beginning of a regular file. Other files, such as pipes, may never end.
  private static func head(
    of path: String, in folder: String, most: Int
  ) throws -> (bytes: Data, size: Int) {
    let root = URL(fileURLWithPath: folder).resolvingSymlinksInPath()
    let url = root.appendingPathComponent(path).resolvingSymlinksInPath()
    guard url.path.hasPrefix(root.path + "/") else {
      throw ModelFileError(path, .malformed("it is a link that leads out of the folder"))
    }
    let facts = try? FileManager.default.attributesOfItem(atPath: url.path)
    guard facts?[.type] as? FileAttributeType == .typeRegular,
      let size = (facts?[.size] as? NSNumber)?.intValue
    else { throw ModelFileError(path, .malformed("it is not a regular file")) }
    do {
      let file = try FileHandle(forReadingFrom: url)
      defer { try? file.close() }
      return (try file.read(upToCount: most) ?? Data(), size)
    } catch {
      throw ModelFileError(path, .malformed("it cannot be read"))
    }
  }
}
