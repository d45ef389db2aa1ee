import Synchronization

/// Lets as many requests through as the window allows; the others wait in order of arrival.
final class RequestGate: Sendable {
  private struct State {
    var window: ConcurrencyWindow
    var open = 0
    var nextNumber = 0
    var waiting: [(number: Int, continuation: CheckedContinuation<Bool, Never>)] = []

    /// Takes out those that may go now.
    mutating func admitted() -> [CheckedContinuation<Bool, Never>] {
      let count = min(waiting.count, max(0, window.limit - open))
      open += count
      defer { waiting.removeFirst(count) }
      return waiting.prefix(count).map(\.continuation)
    }
  }

  private let state: Mutex<State>

  init(_ window: ConcurrencyWindow) { state = Mutex(State(window: window)) }

  /// The number of requests that may be open now.
  var limit: Int { state.withLock(\.window.limit) }

  /// Waits for a place. Every call that returns must be followed by `leave`.
  /// - Throws: `CancellationError`.
  func enter() async throws {
    let number = state.withLock { state in
      state.nextNumber += 1
      return state.nextNumber
    }
    let isAdmitted = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let answer: Bool? = state.withLock { state in
          if Task.isCancelled { return false }
          guard state.waiting.isEmpty, state.open < state.window.limit else {
            state.waiting.append((number, continuation))
            return nil
          }
          state.open += 1
          return true
        }
        if let answer { continuation.resume(returning: answer) }
      }
    } onCancel: {
      let found: CheckedContinuation<Bool, Never>? = state.withLock { state in
        guard let index = state.waiting.firstIndex(where: { $0.number == number }) else {
          return nil
        }
        return state.waiting.remove(at: index).continuation
      }
      found?.resume(returning: false)
    }
    guard isAdmitted else { throw CancellationError() }
  }

  /// Gives the place back.
  /// - Parameter note: changes the window by how the request went.
  func leave(_ note: (inout ConcurrencyWindow) -> Void) {
    let admitted = state.withLock { state in
      state.open -= 1
      note(&state.window)
      return state.admitted()
    }
    for continuation in admitted { continuation.resume(returning: true) }
  }
}
