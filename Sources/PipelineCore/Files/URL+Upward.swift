package import Foundation

extension URL {
  /// The folder and all folders above it, the nearest first. Only the folder itself if its parents
  /// are unknown, as for a relative path when the current folder has been deleted.
  ///
  /// This is a list, not a loop over parents: above a relative path is `..`, above that `../..`,
  /// without end.
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
