import Foundation
package import ModelCore

extension GGUFModel {
  /// True if the path is that of a GGUF file, not of a model folder.
  package static func isFile(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return isName(path) && FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      && !isFolder.boolValue
  }

  /// Reads the header of a file on disk; the rest is mapped into memory and read when it is used.
  /// - Throws: `ModelFileError`, also if the file cannot be read.
  package init(path: String) throws(ModelFileError) {
    let url = URL(fileURLWithPath: path).resolvingSymlinksInPath()
    let name = (path as NSString).lastPathComponent
    // Other files, such as pipes, may never end.
    let facts = try? FileManager.default.attributesOfItem(atPath: url.path)
    guard facts?[.type] as? FileAttributeType == .typeRegular else {
      throw ModelFileError(name, .malformed("it is not a regular file"))
    }
    let bytes: Data
    do {
      bytes = try Data(contentsOf: url, options: .alwaysMapped)
    } catch {
      throw ModelFileError(name, .malformed("it cannot be read"))
    }
    try self.init(decoding: bytes, file: name)
  }
}
