import ArgumentParser
import Foundation

/// The folder in which the process was started, which may have been removed since.
enum CurrentFolder {
  /// Checks that the current folder exists. Call it before using a path from the user, or a place
  /// derived from the current folder: if the folder is gone, such a path leads nowhere, and each
  /// use would fail in its own way.
  /// - Throws: `ExitCode.runFailed` after printing one line, if the path starts at a folder that is
  ///   gone.
  static func check(for path: String = ".") throws {
    guard !path.hasPrefix("/") else { return }
    if let place = getcwd(nil, 0) { return free(place) }
    Terminal.report("the current folder no longer exists")
    throw ExitCode.runFailed
  }

  /// The path relative to the current folder if it is inside, else the full path.
  static func displayed(_ file: URL) -> String {
    let here = FileManager.default.currentDirectoryPath + "/"
    return file.path.hasPrefix(here) ? String(file.path.dropFirst(here.count)) : file.path
  }
}
