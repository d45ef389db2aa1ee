import Dispatch
import Synchronization

/// A result that one thread sets, once, and another waits for.
package final class AwaitedResult<Value: Sendable>: Sendable {
  private let result = Mutex<Result<Value, any Error>?>(nil)
  private let done = DispatchSemaphore(value: 0)

  package init() {}

  package func set(_ value: Result<Value, any Error>) {
    result.withLock { $0 = value }
    done.signal()
  }

  package func wait() throws -> Value {
    done.wait()
    guard let value = result.withLock({ $0 }) else {
      preconditionFailure("the result is set before it is told")
    }
    return try value.get()
  }
}
