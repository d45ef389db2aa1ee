import Foundation

/// The folder and everything below it: bytes of files, targets of links, and modes.
func contents(of folder: URL) throws -> [String: String] {
  let root = folder.path(percentEncoded: false)
  let files = FileManager.default
  var found: [String: String] = [:]
  for name in [""] + (files.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []) {
    let path = name.isEmpty ? root : root + "/" + name
    var status = stat()
    guard lstat(path, &status) == 0 else { continue }
    let mode = String(status.st_mode, radix: 8)
    switch status.st_mode & S_IFMT {
    case S_IFREG:
      found[name] = mode + " " + (try Data(contentsOf: URL(filePath: path)).base64EncodedString())
    case S_IFLNK: found[name] = "-> " + (try files.destinationOfSymbolicLink(atPath: path))
    default: found[name] = mode
    }
  }
  return found
}
