import Foundation

/// Passes messages from stage threads to the runner's thread. It keeps only the latest progress of
/// each point.
final class RunnerInbox: @unchecked Sendable {
  // `condition` guards both properties below.
  private let condition = NSCondition()
  private var messages: [(point: Int, message: WorkMessage)] = []
  private var progress: [Int: StageProgress] = [:]

  func send(_ message: WorkMessage, from point: Int) {
    condition.lock()
    defer { condition.unlock() }
    if case .progressed(let latest) = message {
      // The runner reads it at its next tick; waking it for each step would be a waste.
      progress[point] = latest
    } else {
      messages.append((point, message))
      condition.signal()
    }
  }

  /// Waits at most `seconds` for a message, and takes everything that has arrived.
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
