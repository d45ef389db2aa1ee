import Foundation

/// Messages from stage threads to the runner's. Of each point's progress only the latest is kept.
final class Mailbox: @unchecked Sendable {
  // `condition` guards both properties below.
  private let condition = NSCondition()
  private var messages: [(point: Int, message: WorkMessage)] = []
  private var progress: [Int: StageProgress] = [:]

  func send(_ message: WorkMessage, from point: Int) {
    condition.lock()
    defer { condition.unlock() }
    if case .progressed(let latest) = message {
      // Read at the next tick; waking the runner for each step would be work for nothing.
      progress[point] = latest
    } else {
      messages.append((point, message))
      condition.signal()
    }
  }

  /// Waits for a message, at most `seconds`, and takes everything there is.
  func receive(
    waiting seconds: Double
  ) -> (messages: [(point: Int, message: WorkMessage)], progress: [Int: StageProgress]) {
    condition.lock()
    defer { condition.unlock() }
    let deadline = Date(timeIntervalSinceNow: seconds)
    while messages.isEmpty, condition.wait(until: deadline) {}
    defer {
      messages = []
      progress = [:]
    }
    return (messages, progress)
  }
}
