package import Foundation

/// A second process of Laconic that outlives the first by a moment. When the first process ends, in
/// whatever way, the second kills the programs that stages had started. This works on Linux, where
/// programs are recognized by their environment; on other systems the next run does it.
///
/// The second interrupt spares it: a program that was started an instant before is not yet in the
/// table of groups that the interrupt ends, and one that left its group is in no table.
///
/// It watches a pipe to which nothing is ever written. One end is the second process's output; the
/// kernel closes the first process's end at the moment of its death.
package final class ProgramWatcher {
  private let process: ChildProcess

  /// - Parameters:
  ///   - executable: the program that calls `watch` when it gets these arguments.
  ///   - arguments: all arguments; they name the store.
  /// - Throws: `ChildProcess.Failure` if it cannot be started.
  package init(_ executable: URL, arguments: [String]) throws {
    process = try ChildProcess(
      executable.path(percentEncoded: false), arguments: arguments, environment: [], folder: "/",
      outlivesInterrupt: true)
  }

  /// Runs in the second process: waits until the other end of its output is closed, then kills the
  /// programs of dead processes and removes the files these left.
  /// - Parameter process: the first process.
  package static func watch(_ store: Store, process: pid_t) {
    // Ctrl-C is meant for the run; this process ends after the run has ended.
    for interrupt in [SIGHUP, SIGINT, SIGTERM] { signal(interrupt, SIG_IGN) }
    var descriptor = pollfd(fd: 1, events: 0, revents: 0)
    while poll(&descriptor, 1, -1) < 0, errno == EINTR {}
    // The kernel closes the pipe first, and releases the locks that mark a live process later: a
    // moment, or seconds on a busy machine. The limit is for a number that was given away again.
    let deadline = ContinuousClock.now + .seconds(60)
    while ProcessTable.isAlive(process), ContinuousClock.now < deadline {
      Thread.sleep(forTimeInterval: 0.01)
    }
    for _ in 0..<10 {
      Thread.sleep(forTimeInterval: 0.05)
      try? store.sweepTemporary()
    }
  }
}
