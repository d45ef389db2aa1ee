import Synchronization

/// Tells the requests of one call that nothing new is to be asked, and ends their waits.
final class RequestHalt: Sendable {
  private struct State {
    var isHalted = false
    var nextNumber = 0
    var waits: [Int: Task<Void, any Error>] = [:]
  }

  private let state = Mutex(State())

  var isHalted: Bool { state.withLock(\.isHalted) }

  func now() {
    let waits = state.withLock { state in
      state.isHalted = true
      return Array(state.waits.values)
    }
    for wait in waits { wait.cancel() }
  }

  /// Waits.
  /// - Throws: `CancellationError`, when the task is cancelled or everything is halted.
  func wait(_ duration: Duration, on time: ServerTime) async throws {
    let wait = Task { try await time.sleep(duration) }
    let number = state.withLock { state in
      if state.isHalted { wait.cancel() }
      state.nextNumber += 1
      state.waits[state.nextNumber] = wait
      return state.nextNumber
    }
    defer { state.withLock { state in state.waits[number] = nil } }
    try await withTaskCancellationHandler {
      try await wait.value
    } onCancel: {
      wait.cancel()
    }
  }
}
