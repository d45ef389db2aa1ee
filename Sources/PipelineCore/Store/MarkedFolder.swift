package import Foundation

/// A person's folder that one command fills, and may fill again later. A marker says that it was
/// filled by the command, so that nobody's own files are mixed with its output.
///
/// Each file is written whole or not at all. A process that is killed in between leaves files of
/// before and of now, and the same command completes them.
package struct MarkedFolder {
  private let path: String
  private let files = FileSystem()

  /// Makes the folder if it is not there, and marks it.
  /// - Parameters:
  ///   - marker: the name of the marker's file.
  ///   - text: its content, for people.
  /// - Throws: `StoreError.notEmpty` for a folder with files and without the marker.
  package init(at folder: URL, marker: String, text: String) throws {
    path = folder.plainPath
    let names = try files.names(inFolderToFill: path)
    guard names.contains(marker) || names.allSatisfy(StoreName.isDraft) else {
      throw StoreError.notEmpty(path: path)
    }
    try ReportFolder(making: URL(fileURLWithPath: path, isDirectory: true))
      .write(Data(text.utf8), to: marker)
  }

  /// Makes the folder hold these files, by path `FOLDER/NAME`, and no others whose names are those
  /// of its output.
  /// - Parameter isOutput: true for names that only this command gives to files.
  package func fill(
    _ contents: [(path: String, bytes: Data)], isOutput: (String) -> Bool
  ) throws {
    let kept = Set(contents.map { path + "/" + $0.path })
    for name in try files.list(path) {
      let inner = path + "/" + name
      guard files.status(inner)?.isDirectory == true else {
        if StoreName.isDraft(name) { try files.remove(inner) }
        continue
      }
      for name in try files.list(inner)
      where StoreName.isDraft(name) || isOutput(name) && !kept.contains(inner + "/" + name) {
        try files.remove(inner + "/" + name)
      }
      // A folder with somebody's own files stays.
      try files.removeIfEmpty(inner)
    }
    for (file, bytes) in contents {
      try RelativePath.check(file)
      let place = path + "/" + file
      let inner = (place as NSString).deletingLastPathComponent
      if files.status(inner)?.isLink == true {
        throw StoreError.outside(path: inner, reason: "it is a symbolic link")
      }
      try ReportFolder(making: URL(fileURLWithPath: inner, isDirectory: true))
        .write(bytes, to: (place as NSString).lastPathComponent)
    }
  }
}
