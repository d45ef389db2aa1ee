import Foundation
import PipelineCore
import TestSupport

/// Does every job at once, on the runner's own thread.
final class InlineExecutor: StageExecutor {
  private let store: Store
  private let options: RunOptions
  private let inbox = WorkInbox()

  init(store: Store, options: RunOptions) {
    self.store = store
    self.options = options
  }

  func start(_ job: StageJob) throws {
    let work = StageWork(
      job, store: store, options: options, cancellation: StageCancellation()
    ) { [inbox, index = job.index] in inbox.send($0, from: index) }
    work.run()
  }

  func messages(waiting seconds: Double) -> WorkMessages { inbox.receive(waiting: 0) }
  func cancel(_ indices: [Int]) {}
}

/// Loses the first jobs, as a cluster loses a node, and reports so when asked for messages.
final class LosingExecutor: StageExecutor {
  private let inner: InlineExecutor
  private var losses: Int
  private var lost: [Int] = []

  init(_ inner: InlineExecutor, losses: Int) {
    self.inner = inner
    self.losses = losses
  }

  func start(_ job: StageJob) throws {
    guard losses > 0 else { return try inner.start(job) }
    losses -= 1
    lost.append(job.index)
  }

  func messages(waiting seconds: Double) -> WorkMessages {
    var arrived = inner.messages(waiting: seconds)
    for index in lost { arrived.add(.ended(.failed("its job was lost"), seconds: 0), from: index) }
    lost = []
    return arrived
  }

  func cancel(_ indices: [Int]) { inner.cancel(indices) }
}

/// Does no job, and ends each one a few ticks after it was cancelled.
final class IdleExecutor: StageExecutor {
  private(set) var started: [Int] = []
  private(set) var cancelled: [[Int]] = []
  private let whenStarted: ([Int]) -> Void
  private var ticksLeft = 3

  /// - Parameter whenStarted: called with all jobs so far, after each.
  init(whenStarted: @escaping ([Int]) -> Void) { self.whenStarted = whenStarted }

  func start(_ job: StageJob) throws {
    started.append(job.index)
    whenStarted(started)
  }

  func messages(waiting seconds: Double) -> WorkMessages {
    var arrived = WorkMessages()
    guard !cancelled.isEmpty else { return arrived }
    ticksLeft -= 1
    if ticksLeft == 0 {
      for index in started { arrived.add(.ended(.stopped(step: nil), seconds: 0), from: index) }
    }
    return arrived
  }

  func cancel(_ indices: [Int]) { cancelled.append(indices) }
}

/// Refuses every job, or the work of every point before there is a job.
final class RefusingExecutor: StageExecutor {
  private let asksFirst: Bool
  private(set) var tickets: [StageTicket] = []

  init(asksFirst: Bool = false) { self.asksFirst = asksFirst }

  func obstacle(to point: StagePoint) -> String? {
    asksFirst ? "no machine has this much memory" : nil
  }
  func start(_ job: StageJob) throws {
    tickets.append(job.ticket)
    throw StageFailure("no machine is this large")
  }
  func messages(waiting seconds: Double) -> WorkMessages { WorkMessages() }
  func cancel(_ indices: [Int]) {}
}

/// Cancels the jobs of a local executor when they have begun, and opens a gate then.
final class CancellingExecutor: StageExecutor {
  private let inner: LocalExecutor
  private let gate: Gate
  private var jobs: [Int] = []

  init(_ inner: LocalExecutor, gate: Gate) {
    self.inner = inner
    self.gate = gate
  }

  func start(_ job: StageJob) throws {
    jobs.append(job.index)
    try inner.start(job)
  }

  func messages(waiting seconds: Double) -> WorkMessages {
    inner.cancel(jobs)
    gate.open()
    return inner.messages(waiting: seconds)
  }

  func cancel(_ indices: [Int]) { inner.cancel(indices) }
}

/// Does jobs as another process would: all it gets are the bytes of tickets and of the resolved
/// pipeline. It has its own opening of the store, and names artifacts by their digests.
final class TicketExecutor: StageExecutor {
  private let there: Store
  private let here: Store
  private let graph: StageGraph
  private let options: RunOptions
  private var arrived = WorkMessages()

  init(_ pipeline: Data, kinds: StageKinds, at folder: TemporaryFolder, options: RunOptions) throws
  {
    there = try folder.store()
    here = try folder.store()
    graph = try ResolvedGraph.decode(pipeline, kinds: kinds)
    self.options = options
  }

  func start(_ job: StageJob) throws {
    let bytes = try JSONEncoder().encode(job.ticket)
    let ticket = try JSONDecoder().decode(StageTicket.self, from: bytes)
    let opened = try StageJob(
      ticket, in: graph, store: there, fingerprint: options.fingerprint)
    let inbox = WorkInbox()
    let work = StageWork(
      opened, store: there, options: options, cancellation: StageCancellation()
    ) { inbox.send($0, from: ticket.index) }
    work.run()
    for (index, message) in inbox.receive(waiting: 0).messages {
      guard case .ended(.made(let artifact, let step), let seconds) = message else {
        arrived.add(message, from: index)
        continue
      }
      let same = try here.artifact(artifact.digest)
      arrived.add(.ended(.made(same, resumedFrom: step), seconds: seconds), from: index)
    }
  }

  func messages(waiting seconds: Double) -> WorkMessages {
    defer { arrived = WorkMessages() }
    return arrived
  }

  func cancel(_ indices: [Int]) {}
}
