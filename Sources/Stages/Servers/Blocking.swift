import Dispatch
import PipelineCore
import Servers

/// Lets a thread wait for asynchronous work. The work runs on threads of its own: those of Swift's
/// pool are few, and all of them may be waiting here.
enum Blocking {
  static func value<Value: Sendable>(
    _ work: @escaping @Sendable () async throws -> Value
  ) throws -> Value {
    let outcome = AwaitedResult<Value>()
    Task.detached(executorPreference: WaitedWork.executor) {
      do {
        outcome.set(.success(try await work()))
      } catch {
        outcome.set(.failure(error))
      }
    }
    return try outcome.wait()
  }

  /// Closes a server's connections; there is nothing that an error could still spoil.
  static func close(_ server: any AnsweringServer) {
    try? value { try await server.shutdown() }
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
