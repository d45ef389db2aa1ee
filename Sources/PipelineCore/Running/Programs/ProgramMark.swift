import Foundation

/// How programs that a stage started are known, whoever started them in turn: by a variable of their
/// environment that names the folder they were given.
package enum ProgramMark {
  private static let name = "LACONIC_SCRATCH"

  /// `NAME=value`, for the environment of a program that works in a folder.
  package static func variable(for folder: String) -> String { "\(name)=\(resolved(folder))" }

  /// Ends every process that was started for a folder, or for one inside it.
  package static func endProcesses(of folder: String) {
    let path = resolved(folder)
    // What is ended needs a moment, and may have started more.
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
