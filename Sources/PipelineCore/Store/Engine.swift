package import Foundation

/// This build of Laconic.
package enum Engine {
  package static let version = "0.1.0"
}

extension Store {
  /// The digest of a program's file, which tells two builds of one version apart. The memo spares
  /// reading it again; nil where it cannot be read, which stops no run.
  package func build(of program: URL) -> String? {
    guard let path = FileSystem.realPath(program.path(percentEncoded: false)),
      let status = files.status(path)
    else { return nil }
    return try? digest(ofOutside: path, status).digest
  }
}
