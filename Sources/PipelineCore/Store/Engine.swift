package import Foundation

/// This build of Laconic.
package enum Engine {
  package static let version = "0.1.0"
}

extension Store {
  /// The digest of a program's file, which tells two builds of one version apart. The memo spares
  /// reading it again; nil where it cannot be read, which stops no run.
  package func build(of program: URL) -> String? {
    guard let path = realpath(program.path(percentEncoded: false), nil) else { return nil }
    defer { free(path) }
    let file = String(cString: path)
    guard let status = files.status(file) else { return nil }
    if let known = memo.digest(of: status) { return known }
    guard let (digest, hashed) = try? files.digest(file) else { return nil }
    memo.note(digest, of: hashed)
    return digest
  }
}
