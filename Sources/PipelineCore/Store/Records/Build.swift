package import Foundation

/// Identifies this build of Laconic.
package enum Build {
  package static let version = "0.1.0"
}

extension Store {
  /// The digest of a program's file, which distinguishes two builds of the same version. The memo
  /// avoids reading the file again. Nil if it cannot be read, which is not an error.
  package func build(of program: URL) -> String? {
    guard let path = FileSystem.realPath(program.path(percentEncoded: false)),
      let status = files.status(path)
    else { return nil }
    return try? digest(ofExternal: path, status).digest
  }
}
