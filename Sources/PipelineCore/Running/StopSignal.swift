import Foundation
import Synchronization

/// A request to save and stop: by a signal, by a deadline, or by a test.
package final class StopSignal: Sendable {
  private let requested = Atomic<Bool>(false)
  private let deadline: ContinuousClock.Instant?
  private let followsProcess: Bool

  /// - Parameters:
  ///   - maxTime: from now; nil for no limit.
  ///   - followsProcess: whether SIGINT and SIGTERM, once `installHandlers` was called, count.
  package init(maxTime: Duration? = nil, followsProcess: Bool = false) {
    deadline = maxTime.map { ContinuousClock.now.advanced(by: $0) }
    self.followsProcess = followsProcess
  }

  package var isRequested: Bool {
    if requested.load(ordering: .relaxed) { return true }
    if followsProcess, signalCount.load(ordering: .relaxed) > 0 { return true }
    if let deadline { return ContinuousClock.now >= deadline }
    return false
  }

  package func request() { requested.store(true, ordering: .relaxed) }

  /// From now on the first SIGINT or SIGTERM asks to stop; a SIGINT after that ends the process at
  /// once with code 130. Committed work is safe either way.
  package static func installHandlers() {
    // Touched here, so that the handler itself initialises nothing: it may only do what is safe in
    // a signal handler, an atomic addition and `_exit`.
    _ = signalCount.load(ordering: .relaxed)
    signal(SIGINT, handleSignal)
    signal(SIGTERM, handleSignal)
    // A parent that blocks signals on the thread that starts us would otherwise make us deaf.
    var heard = sigset_t()
    sigemptyset(&heard)
    sigaddset(&heard, SIGINT)
    sigaddset(&heard, SIGTERM)
    pthread_sigmask(SIG_UNBLOCK, &heard, nil)
  }
}

private let signalCount = Atomic<Int>(0)

private func handleSignal(_ number: Int32) {
  let earlier = signalCount.add(1, ordering: .relaxed).oldValue
  if earlier > 0, number == SIGINT { _exit(130) }
}
