import Foundation

extension FileSystem {
  /// Where a path leads, links followed; nil where it leads nowhere, and `errno` says why.
  static func realPath(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  /// As `realPath`.
  /// - Parameter action: what could not be done, for a sentence: `follow the link`.
  /// - Throws: `StoreError` where it leads nowhere.
  static func realPath(_ path: String, to action: String) throws -> String {
    guard let resolved = realPath(path) else { throw StoreError.system(action, path, errno) }
    return resolved
  }
}
