import Foundation

/// Marks the programs that a stage started, and the processes they started in turn, by an
/// environment variable that names their folder.
package enum ProgramMark {
  private static let name = "LACONIC_SCRATCH"

  /// The variable as `NAME=value`, for the environment of a program that works in a folder.
  package static func variable(for folder: String) -> String { "\(name)=\(resolved(folder))" }

  /// Kills every process that was started for a folder, or for one inside it.
  package static func endProcesses(of folder: String) {
    let path = resolved(folder)
    // A killed process needs a moment to end, and may have started others.
    for _ in 0..<40 {
      let found = ProcessTable.processes(
        where: { $0 == path || $0.hasPrefix(path + "/") }, for: name)
      if found.isEmpty { return }
      for id in found { kill(id, SIGKILL) }
      Thread.sleep(forTimeInterval: 0.01)
    }
  }

  private static func resolved(_ path: String) -> String { FileSystem.realPath(path) ?? path }
}
