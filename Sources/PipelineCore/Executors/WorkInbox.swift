import Foundation

/// Passes messages from the threads of jobs to the runner's thread.
package final class WorkInbox: @unchecked Sendable {
  // `condition` guards the property below.
  private let condition = NSCondition()
  private var arrived = WorkMessages()

  package init() {}

  package func send(_ message: WorkMessage, from index: Int) {
    condition.lock()
    defer { condition.unlock() }
    arrived.add(message, from: index)
    // The runner reads progress at its next tick; waking it for each step would be a waste.
    if case .progressed = message { return }
    condition.signal()
  }

  /// Waits at most `seconds` for a message, and takes everything that has arrived.
  package func receive(waiting seconds: Double) -> WorkMessages {
    condition.lock()
    defer { condition.unlock() }
    let deadline = Date(timeIntervalSinceNow: seconds)
    while arrived.messages.isEmpty, condition.wait(until: deadline) {}
    defer { arrived = WorkMessages() }
    return arrived
  }
}
