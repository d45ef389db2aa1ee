import Dispatch
import Servers
import Synchronization

/// Lets a thread wait for asynchronous work. The work runs on threads of its own: those of Swift's
/// pool are few, and all of them may be waiting here.
enum Blocking {
  static func value<Value: Sendable>(
    _ work: @escaping @Sendable () async throws -> Value
  ) throws -> Value {
    let outcome = Outcome<Value>()
    Task.detached(executorPreference: WaitedWork.executor) {
      do {
        outcome.set(.success(try await work()))
      } catch {
        outcome.set(.failure(error))
      }
    }
    return try outcome.wait().get()
  }

  /// Closes a server's connections; there is nothing that an error could still spoil.
  static func close(_ server: any AnsweringServer) {
    try? value { try await server.shutdown() }
  }

  /// A result that one thread sets and another waits for.
  private final class Outcome<Value: Sendable>: Sendable {
    private let result = Mutex<Result<Value, any Error>?>(nil)
    private let done = DispatchSemaphore(value: 0)

    func set(_ value: Result<Value, any Error>) {
      result.withLock { $0 = value }
      done.signal()
    }

    func wait() -> Result<Value, any Error> {
      done.wait()
      return result.withLock { $0 } ?? .failure(CancellationError())
    }
  }
}

/// The threads of work that another thread waits for.
final class WaitedWork: TaskExecutor {
  static let executor = WaitedWork()

  private let queue = DispatchQueue(label: "laconic.servers", attributes: .concurrent)

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}
