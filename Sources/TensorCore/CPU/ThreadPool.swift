internal import CKernels
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A few threads that divide loops among themselves.
///
/// The caller of `run` works too. Workers spin for some microseconds after their last loop, because
/// the next one usually follows at once, then sleep until woken. Results never depend on the number
/// of threads: exactly one thread does each part of a loop.
@safe package final class ThreadPool: @unchecked Sendable {
  package let threads: Int
  private let shared: Shared
  private let handles: [pthread_t]

  /// Starts the threads.
  /// - Parameter threads: at least 1; the calling thread counts as one.
  package init(threads: Int) {
    precondition(threads >= 1)
    self.threads = threads
    let shared = Shared()
    self.shared = shared
    handles = (1..<threads).compactMap { _ in Self.start(shared) }
    // Written before the first job. If the system refuses threads, the pool works with fewer.
    shared.workers = handles.count
  }

  deinit {
    shared.stop()
    for handle in handles { _ = pthread_join(handle, nil) }
  }

  /// Calls `body` with disjoint ranges that cover `0 ..< count`, each of at most `grain` indices,
  /// and returns when all are done. A call from inside `body` runs on the calling thread alone.
  package func run(_ count: Int, grain: Int, _ body: @Sendable (Range<Int>) -> Void) {
    precondition(grain > 0)
    guard count > 0 else { return }
    guard !handles.isEmpty, count > grain, shared.acquire() else {
      var start = 0
      while start < count {
        let end = min(count, start + grain)
        body(start..<end)
        start = end
      }
      return
    }
    withoutActuallyEscaping(body) { body in
      shared.run(Job(count: count, grain: grain, body: body))
    }
    shared.release()
  }

  private static func start(_ shared: Shared) -> pthread_t? {
    let argument = unsafe Unmanaged.passRetained(shared)
    #if canImport(Darwin)
      var handle: pthread_t? = nil
    #else
      var handle = pthread_t()
    #endif
    let status = unsafe pthread_create(&handle, nil, threadMain, argument.toOpaque())
    guard status == 0 else {
      unsafe argument.release()
      return nil
    }
    return handle
  }
}

#if canImport(Darwin)
  private func threadMain(_ argument: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    unsafe Unmanaged<Shared>.fromOpaque(argument).takeRetainedValue().work()
    return nil
  }
#else
  private func threadMain(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument = unsafe argument else { return nil }
    unsafe Unmanaged<Shared>.fromOpaque(argument).takeRetainedValue().work()
    return nil
  }
#endif

private final class Job: Sendable {
  let count: Int
  let grain: Int
  let body: @Sendable (Range<Int>) -> Void
  private let next = Atomic<Int>(0)

  init(count: Int, grain: Int, body: @escaping @Sendable (Range<Int>) -> Void) {
    self.count = count
    self.grain = grain
    self.body = body
  }

  /// Takes parts until none is left.
  func participate() {
    while true {
      let start = next.wrappingAdd(grain, ordering: .relaxed).oldValue
      guard start < count else { return }
      body(start..<min(count, start + grain))
    }
  }
}

/// The state shared by the pool and its workers. It outlives the pool until the last worker has
/// ended.
@safe private final class Shared: @unchecked Sendable {
  /// Number of spins: about 20 to 50 microseconds, longer than the gap between two operations of a
  /// step.
  private static let spins = 2000

  /// Number of workers; written once, before the first job.
  var workers = 0
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let wake = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private let done = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  /// Incremented once for every job, and to stop.
  private let generation = Atomic<Int>(0)
  /// Number of workers that have not yet finished the current job.
  private let pending = Atomic<Int>(0)
  private let isBusy = Atomic<Bool>(false)
  // Written under the mutex before `generation` is incremented.
  private var job: Job?
  private var isStopping = false

  init() {
    unsafe mutex.initialize(to: pthread_mutex_t())
    unsafe wake.initialize(to: pthread_cond_t())
    unsafe done.initialize(to: pthread_cond_t())
    unsafe pthread_mutex_init(mutex, nil)
    unsafe pthread_cond_init(wake, nil)
    unsafe pthread_cond_init(done, nil)
  }

  deinit {
    unsafe pthread_cond_destroy(done)
    unsafe pthread_cond_destroy(wake)
    unsafe pthread_mutex_destroy(mutex)
    unsafe done.deallocate()
    unsafe wake.deallocate()
    unsafe mutex.deallocate()
  }

  func acquire() -> Bool {
    isBusy.compareExchange(expected: false, desired: true, ordering: .acquiringAndReleasing)
      .exchanged
  }

  func release() { isBusy.store(false, ordering: .releasing) }

  func run(_ job: Job) {
    publish(job)
    job.participate()
    var spins = 0
    while pending.load(ordering: .acquiring) > 0 {
      spins += 1
      if spins < Self.spins {
        ck_pause()
        continue
      }
      unsafe pthread_mutex_lock(mutex)
      while pending.load(ordering: .acquiring) > 0 { unsafe pthread_cond_wait(done, mutex) }
      unsafe pthread_mutex_unlock(mutex)
    }
    // No worker holds the job any more: its body must not outlive the call.
    self.job = nil
  }

  func stop() { publish(nil) }

  private func publish(_ job: Job?) {
    unsafe pthread_mutex_lock(mutex)
    self.job = job
    if job == nil { isStopping = true }
    pending.store(job == nil ? 0 : workers, ordering: .relaxed)
    generation.add(1, ordering: .releasing)
    unsafe pthread_cond_broadcast(wake)
    unsafe pthread_mutex_unlock(mutex)
  }

  func work() {
    var seen = 0
    while true {
      seen = awaitGeneration(after: seen)
      if isStopping { return }
      job?.participate()
      if pending.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 {
        unsafe pthread_mutex_lock(mutex)
        unsafe pthread_cond_signal(done)
        unsafe pthread_mutex_unlock(mutex)
      }
    }
  }

  private func awaitGeneration(after seen: Int) -> Int {
    for _ in 0..<Self.spins {
      let current = generation.load(ordering: .acquiring)
      if current != seen { return current }
      ck_pause()
    }
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    while true {
      let current = generation.load(ordering: .acquiring)
      if current != seen { return current }
      unsafe pthread_cond_wait(wake, mutex)
    }
  }
}
