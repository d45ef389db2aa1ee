package import Foundation

extension URL {
  /// The folder itself and all above it, the nearest first; itself alone where nothing says what is
  /// above it, as for a relative path in a current folder that is gone.
  ///
  /// A list rather than a walk: above a relative path is `..`, above that `../..`, without end.
  package var upward: [URL] {
    let folder = absoluteURL.standardizedFileURL
    guard folder.path.hasPrefix("/") else { return [folder] }
    var names = folder.pathComponents.dropFirst()
    var folders: [URL] = []
    while true {
      folders.append(URL(fileURLWithPath: "/" + names.joined(separator: "/"), isDirectory: true))
      guard names.popLast() != nil else { return folders }
    }
  }
}
