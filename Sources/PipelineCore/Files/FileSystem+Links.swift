import Foundation

extension FileSystem {
  /// The path with all links resolved; nil if it does not exist, with the reason in `errno`.
  static func realPath(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  /// The path with all links resolved.
  /// - Parameter action: the failed action, for the error message: `follow the link`.
  /// - Throws: `StoreError` if the path does not exist.
  static func realPath(_ path: String, to action: String) throws -> String {
    guard let resolved = realPath(path) else { throw StoreError.system(action, path, errno) }
    return resolved
  }
}
