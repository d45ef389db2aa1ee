import ArgumentParser
import Foundation

/// The folder that the process was started in, which somebody may have removed since.
enum CurrentFolder {
  /// To be called before a path that a person gave, or a place that follows from the current folder,
  /// is used. Without it such a path leads nowhere, and each use would fail in its own way.
  /// - Throws: `ExitCode.runFailed` after one line, when the path starts at a folder that is gone.
  static func check(for path: String = ".") throws {
    guard !path.hasPrefix("/") else { return }
    if let place = getcwd(nil, 0) { return free(place) }
    Terminal.error.print("laconic: the current folder no longer exists")
    throw ExitCode.runFailed
  }
}
