import Fields
import Foundation

/// Does jobs on threads of this process.
///
/// The threads have 8 MiB of stack and are not those of Swift's cooperative pool, whose few threads
/// must not be blocked.
package final class LocalExecutor: StageExecutor {
  private let store: Store
  private let options: RunOptions
  private let inbox = WorkInbox()
  /// The jobs that have not ended, by index.
  private var active: [Int: StageCancellation] = [:]
  private var memory = MemoryWatch()
  private var memoryMeasured = ContinuousClock.now

  static let stackSize = 8 << 20
  /// The shortest time between two measurements of memory.
  private static let memoryInterval = Duration.milliseconds(100)

  package init(store: Store, options: RunOptions) {
    self.store = store
    self.options = options
  }

  package func obstacle(to point: StagePoint) -> String? {
    guard point.limits.maxResidentSize != nil, options.residentMemory() == nil else { return nil }
    return "its max_rss cannot be watched: this system does not tell what a process holds"
  }

  package func start(_ job: StageJob) throws {
    let limit = job.point.limits.maxResidentSize?.bytes
    let cancellation = StageCancellation()
    active[job.index] = cancellation
    memory.started(job.index, limit: limit)
    let work = StageWork(job, store: store, options: options, cancellation: cancellation) {
      [inbox] in inbox.send($0, from: job.index)
    }
    let thread = Thread { work.run() }
    thread.name = job.point.address
    thread.stackSize = Self.stackSize
    thread.start()
  }

  package func messages(waiting seconds: Double) -> WorkMessages {
    let arrived = inbox.receive(waiting: seconds)
    for case (let index, .ended) in arrived.messages {
      active[index] = nil
      memory.ended(index)
    }
    watchMemory()
    return arrived
  }

  package func cancel(_ indices: [Int]) {
    for index in indices { active[index]?.stop() }
  }

  /// Asks a job to fail if the process holds more memory than its limit allows.
  private func watchMemory() {
    guard memory.isNeeded, ContinuousClock.now - memoryMeasured >= Self.memoryInterval,
      let held = options.residentMemory()
    else { return }
    memoryMeasured = .now
    guard let (index, limit) = memory.choose(holding: held) else { return }
    active[index]?.fail(
      "the process holds \(NumberFormat.bytes(held)) of memory, more than its max_rss of "
        + NumberFormat.bytes(limit))
  }
}
