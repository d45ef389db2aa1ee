import Dispatch
import Servers
import Synchronization

/// Hands answers from the tasks that ask a server to the stage's thread, one at a time: whoever
/// brings an answer waits until it is stored.
final class AnswerHandoff: Sendable {
  enum Event {
    /// An answer; call `reply` once it is stored, or with the error that ends the asking.
    case answer(Int, ServerResponse, reply: ((any Error)?) -> Void)
    /// Nothing more comes; the error that ended the asking, if one did.
    case end((any Error)?)
  }

  private struct Brought {
    let index: Int
    let response: ServerResponse
    let waiter: CheckedContinuation<Void, any Error>
  }

  private struct State {
    var brought: [Brought] = []
    var end: Result<Void, any Error>?
  }

  private let state = Mutex(State())
  private let arrivals = DispatchSemaphore(value: 0)

  /// Returns once the stage has stored the answer.
  func bring(_ index: Int, _ response: ServerResponse) async throws {
    try await withCheckedThrowingContinuation { waiter in
      state.withLock {
        $0.brought.append(Brought(index: index, response: response, waiter: waiter))
      }
      arrivals.signal()
    }
  }

  func finish(_ result: Result<Void, any Error>) {
    state.withLock { $0.end = result }
    arrivals.signal()
  }

  /// Returns the next event; nil if none comes in time.
  func next(within milliseconds: Int) -> Event? {
    guard arrivals.wait(timeout: .now() + .milliseconds(milliseconds)) == .success else {
      return nil
    }
    return state.withLock { state -> Event? in
      if !state.brought.isEmpty {
        let brought = state.brought.removeFirst()
        return .answer(brought.index, brought.response) { error in
          if let error {
            brought.waiter.resume(throwing: error)
          } else {
            brought.waiter.resume()
          }
        }
      }
      switch state.end {
      case .success?: return .end(nil)
      case .failure(let error)?: return .end(error)
      case nil: return nil
      }
    }
  }
}
