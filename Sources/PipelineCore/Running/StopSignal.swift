import Foundation
import Synchronization

/// A request to save and stop, made by a signal, by a deadline or by a test.
package final class StopSignal: Sendable {
  private let requested = Atomic<Bool>(false)
  private let deadline: ContinuousClock.Instant?
  private let followsProcess: Bool
  private let now: @Sendable () -> ContinuousClock.Instant

  /// - Parameters:
  ///   - maxTime: the time from now until the request; nil for no limit.
  ///   - followsProcess: true if signals count, once `installHandlers` was called.
  ///   - now: the clock that measures the limit.
  package init(
    maxTime: Duration? = nil, followsProcess: Bool = false,
    now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
  ) {
    // Capped at about a century, because an instant cannot be arbitrarily late.
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

  /// Installs the signal handlers. The first SIGINT, SIGTERM or SIGHUP requests a stop; a SIGINT
  /// after that ends the process at once with code 130. Committed work is safe in both cases. A
  /// SIGHUP that `nohup` or a similar program made this process ignore stays ignored.
  package static func installHandlers() {
    // Initialises the globals here, because the handler may only do what is safe in a signal
    // handler: atomic reads and additions, `kill` and `_exit`.
    _ = signalCount.load(ordering: .relaxed)
    ProgramGroups.prepare()
    signal(SIGINT, handleSignal)
    signal(SIGTERM, handleSignal)
    var hangup = sigset_t()
    sigemptyset(&hangup)
    sigaddset(&hangup, SIGHUP)
    // SIGHUP is blocked meanwhile, because only `signal` returns the previous handler, and it has
    // replaced it by then.
    pthread_sigmask(SIG_BLOCK, &hangup, nil)
    if isIgnore(signal(SIGHUP, handleSignal)) { signal(SIGHUP, SIG_IGN) }
    hear([SIGINT, SIGTERM, SIGHUP])
  }

  /// Makes SIGINT end the process at once with code 0, for a command that only reads.
  package static func leaveAtInterrupt() {
    signal(SIGINT) { _ in _exit(0) }
    hear([SIGINT])
  }

  /// Unblocks signals, which the parent process may have blocked on the thread that started this
  /// one.
  private static func hear(_ signals: [Int32]) {
    var heard = sigset_t()
    sigemptyset(&heard)
    for signal in signals { sigaddset(&heard, signal) }
    pthread_sigmask(SIG_UNBLOCK, &heard, nil)
  }
}

private let signalCount = Atomic<Int>(0)

/// C functions cannot be compared in Swift, but their addresses can.
private func isIgnore(_ handler: (@convention(c) (Int32) -> Void)?) -> Bool {
  unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
}

private func handleSignal(_ number: Int32) {
  let earlier = signalCount.add(1, ordering: .relaxed).oldValue
  guard earlier > 0, number == SIGINT else { return }
  ProgramGroups.endAll()
  _exit(130)
}
