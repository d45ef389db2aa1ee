import Foundation

// Tests order several threads and processes by events. A duration is only a bound on a hang: on a
// busy machine everything takes longer.

/// The longest wait for an event, after which a test goes on and fails.
private let patience: TimeInterval = 600

/// Something that happens once, for which others wait.
package final class Gate: @unchecked Sendable {
  private let condition = NSCondition()
  private var isOpen = false

  package init() {}

  package func open() {
    condition.lock()
    isOpen = true
    condition.broadcast()
    condition.unlock()
  }

  /// - Returns: whether it has been opened.
  @discardableResult package func wait() -> Bool {
    let end = Date().addingTimeInterval(patience)
    condition.lock()
    defer { condition.unlock() }
    while !isOpen {
      guard condition.wait(until: end) else { return isOpen }
    }
    return true
  }
}

/// Where some threads wait until so many are there, again and again.
package final class Meeting: @unchecked Sendable {
  private let condition = NSCondition()
  private let size: Int
  private var arrived = 0

  package init(of size: Int) { self.size = size }

  package func attend() {
    let end = Date().addingTimeInterval(patience)
    condition.lock()
    defer { condition.unlock() }
    arrived += 1
    let wanted = (arrived + size - 1) / size * size
    condition.broadcast()
    while arrived < wanted {
      guard condition.wait(until: end) else { return }
    }
  }
}

/// Looks again and again until something is true.
/// - Returns: whether it came true.
package func eventually(_ isTrue: () throws -> Bool) rethrows -> Bool {
  let end = Date().addingTimeInterval(patience)
  while try !isTrue() {
    guard Date() < end else { return false }
    usleep(10_000)
  }
  return true
}

/// The seconds that this thread has computed for some work, whatever else the machine does.
package func processorSeconds(_ work: () throws -> Void) rethrows -> Double {
  func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
  let start = now()
  try work()
  return now() - start
}
