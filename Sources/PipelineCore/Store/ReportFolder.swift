package import Foundation

/// A folder of files for people. Each file is written as a whole or not at all: who reads it
/// meanwhile sees the old bytes or the new ones.
package struct ReportFolder: Sendable {
  package let url: URL
  private let files: FileSystem

  /// A person's own folder, made if it is not there; modes are as their umask says.
  package init(making url: URL) throws {
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    self.init(url, files: FileSystem())
  }

  fileprivate init(_ url: URL, files: FileSystem) {
    self.url = url
    self.files = files
  }

  /// Writes a file, replacing one of the same name. In a store that a group shares, the group may
  /// write it too.
  @discardableResult
  package func write(_ bytes: Data, to name: String) throws -> URL {
    let file = url.appendingPathComponent(name, isDirectory: false)
    let place = file.path(percentEncoded: false)
    // It cannot be in the store's folder for such files: a rename does not cross file systems.
    let draft = url.appendingPathComponent(StoreName.newDraft(), isDirectory: false).path(
      percentEncoded: false)
    do {
      try files.create(draft, bytes, mode: files.isShared ? 0o600 : 0o666, sync: false)
      try files.rename(draft, to: place)
    } catch {
      try? files.remove(draft)
      throw (error as? StoreError)?.told(of: place) ?? error
    }
    return file
  }
}

extension Store {
  /// Makes a folder for people under `reports/`.
  package func reportFolder(_ names: String...) throws -> ReportFolder {
    var folder = root
    for name in [StoreLayout.reports] + names {
      folder += "/" + name
      try files.makeDirectory(folder, mode: files.isShared ? 0o700 : 0o777)
    }
    return ReportFolder(URL(fileURLWithPath: folder, isDirectory: true), files: files)
  }
}

extension StoreError {
  /// The failure to write a draft, told of the file that a person knows.
  fileprivate func told(of path: String) -> StoreError {
    switch self {
    case .permission: .permission(doing: "write", path: path)
    case .diskFull: .diskFull(path: path)
    case .failed(_, _, let reason): .failed(doing: "write", path: path, reason: reason)
    // It need not be the store that is on this file system.
    case .readOnly: .failed(doing: "write", path: path, reason: words(ofCode: EROFS))
    case .missing: .missing(path: (path as NSString).deletingLastPathComponent)
    default: self
    }
  }
}
