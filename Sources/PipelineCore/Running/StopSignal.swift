import Foundation
import Synchronization

/// A request to save and stop: by a signal, by a deadline, or by a test.
package final class StopSignal: Sendable {
  private let requested = Atomic<Bool>(false)
  private let deadline: ContinuousClock.Instant?
  private let followsProcess: Bool
  private let now: @Sendable () -> ContinuousClock.Instant

  /// - Parameters:
  ///   - maxTime: from now; nil for no limit.
  ///   - followsProcess: whether signals, once `installHandlers` was called, count.
  ///   - now: the clock that the limit is of.
  package init(
    maxTime: Duration? = nil, followsProcess: Bool = false,
    now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
  ) {
    // An instant has an end too: a century from now is far enough.
    deadline = maxTime.map { now().advanced(by: min($0, .seconds(3_000_000_000))) }
    self.followsProcess = followsProcess
    self.now = now
  }

  package var isRequested: Bool {
    if requested.load(ordering: .relaxed) { return true }
    if followsProcess, signalCount.load(ordering: .relaxed) > 0 { return true }
    if let deadline { return now() >= deadline }
    return false
  }

  package func request() { requested.store(true, ordering: .relaxed) }

  /// From now on the first SIGINT, SIGTERM or SIGHUP asks to stop; a SIGINT after that ends the
  /// process at once with code 130. Committed work is safe either way. A SIGHUP that `nohup` or its
  /// like has made us ignore stays ignored.
  package static func installHandlers() {
    // Touched here, so that the handler itself initialises nothing: it may only do what is safe in
    // a signal handler, atomic reads and additions, `kill` and `_exit`.
    _ = signalCount.load(ordering: .relaxed)
    ProgramGroups.prepare()
    signal(SIGINT, handleSignal)
    signal(SIGTERM, handleSignal)
    var hangup = sigset_t()
    sigemptyset(&hangup)
    sigaddset(&hangup, SIGHUP)
    // Held back meanwhile: only `signal` tells how SIGHUP was treated, and it has then changed it.
    pthread_sigmask(SIG_BLOCK, &hangup, nil)
    if isIgnore(signal(SIGHUP, handleSignal)) { signal(SIGHUP, SIG_IGN) }
    hear([SIGINT, SIGTERM, SIGHUP])
  }

  /// From now on SIGINT ends the process at once with code 0: for one that only looks on.
  package static func leaveAtInterrupt() {
    signal(SIGINT) { _ in _exit(0) }
    hear([SIGINT])
  }

  /// A parent that blocks signals on the thread that starts us would otherwise make us deaf.
  private static func hear(_ signals: [Int32]) {
    var heard = sigset_t()
    sigemptyset(&heard)
    for signal in signals { sigaddset(&heard, signal) }
    pthread_sigmask(SIG_UNBLOCK, &heard, nil)
  }
}

private let signalCount = Atomic<Int>(0)

/// C functions are not comparable in Swift; their addresses are.
private func isIgnore(_ handler: (@convention(c) (Int32) -> Void)?) -> Bool {
  unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
}

private func handleSignal(_ number: Int32) {
  let earlier = signalCount.add(1, ordering: .relaxed).oldValue
  guard earlier > 0, number == SIGINT else { return }
  ProgramGroups.endAll()
  _exit(130)
}
