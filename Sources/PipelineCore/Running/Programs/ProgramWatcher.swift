package import Foundation

/// A second process of Laconic's that outlives the first by a moment: when this process is gone,
/// however it went, the other ends the programs that stages had started. On Linux, where programs are
/// known by their environment; elsewhere the next run does it.
///
/// What tells it is a pipe that nothing is ever written to: of its ends one is the other process's
/// output, and the kernel lets go of ours at the moment of our death.
package final class ProgramWatcher {
  private let process: ChildProcess

  /// - Parameters:
  ///   - executable: that calls `watch` when it is given the arguments.
  ///   - arguments: all of them; they name the store.
  /// - Throws: `ChildProcess.Failure` when it cannot be started.
  package init(_ executable: URL, arguments: [String]) throws {
    process = try ChildProcess(
      executable.path(percentEncoded: false), arguments: arguments, environment: [], folder: "/")
  }

  /// For the second process: waits until nobody holds the other end of its output, then ends the
  /// programs of processes that are gone and sweeps away what these left.
  package static func watch(_ store: Store) {
    // A person's Ctrl-C is for the run; this process goes when that has gone.
    for interrupt in [SIGHUP, SIGINT, SIGTERM] { signal(interrupt, SIG_IGN) }
    var descriptor = pollfd(fd: 1, events: 0, revents: 0)
    while poll(&descriptor, 1, -1) < 0, errno == EINTR {}
    // The pipe goes first, the locks that say who lives a moment later.
    for _ in 0..<10 {
      Thread.sleep(forTimeInterval: 0.05)
      try? store.sweepTemporary()
    }
  }
}
