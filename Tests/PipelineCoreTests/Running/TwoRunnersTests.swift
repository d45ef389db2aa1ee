import Fields
import Foundation
import PipelineCore
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(120))) struct TwoRunnersTests {
  @Test func `two runs of one pipeline at once do each stage once`() throws {
    let folder = try TemporaryFolder()
    // The first stage continues when the other run has found it running.
    let isFound = Gate()
    let ledger = Ledger { label, step in if label == "base", step == 1 { isFound.wait() } }
    let stages =
      [counting("base", ledger, steps: 4)]
      + (0..<4).map { counting("s\($0)", ledger, from: "base", steps: 4, alpha: Double($0)) }
      + [gathering("table", ledger, (0..<4).map { "s\($0)" })]
    let path = folder.url.appending(path: "store")
    let results = Mutex<[RunSummary]>([])
    let notices = Mutex<[Notice]>([])
    let group = DispatchGroup()
    for _ in 0..<2 {
      group.enter()
      let thread = Thread {
        defer { group.leave() }
        let observer = RecordingObserver()
        observer.whenNoticed = { if case .waiting = $0 { isFound.open() } }
        do {
          let summary = try Runner.run(
            graph(stages), store: try Store(root: path), options: .testing(jobs: 2),
            observer: observer)
          results.withLock { $0.append(summary) }
        } catch {
          Issue.record("\(error)")
        }
        notices.withLock { $0 += observer.notices }
      }
      thread.stackSize = 8 << 20
      thread.start()
    }
    group.wait()
    #expect(ledger.takeRuns() == ["base", "gather", "s0", "s1", "s2", "s3"])
    let summaries = results.withLock { $0 }
    #expect(summaries.count == 2)
    #expect(summaries.allSatisfy { $0.outcome == .done })
    #expect(Set(summaries.map(\.artifacts)).count == 1)
    #expect(Set(summaries.map(\.id)).count == 2)
    // One of the runs found that the other was doing `base`.
    #expect(
      notices.withLock { $0 }.contains {
        if case .waiting(address: _, holder: let holder?) = $0 {
          holder.process == getpid()
        } else {
          false
        }
      })
  }

  @Test func `what waits for another process leaves its place and its threads to others`() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    let (held, over) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    // The other process ends when the second stage is running; with one job, that needs the first
    // point to free its place.
    let ledger = Ledger { label, _ in if label == "b" { over.signal() } }
    let stages = graph([counting("a", ledger), counting("b", ledger), counting("c", ledger)])
    let key = StageKey.compute(point: stages.points[0], inputs: [], fingerprint: "")
    let other = Thread {
      guard
        case .granted(let lease)? = try? store.takeLease(key.hex, holder: LeaseHolder(address: "a"))
      else {
        Issue.record("no lease")
        held.signal()
        return
      }
      held.signal()
      over.wait()
      lease.release()
    }
    other.start()
    held.wait()
    let observer = RecordingObserver()
    let summary = try Runner.run(
      stages, store: try folder.store(), options: .testing(), observer: observer)
    #expect(summary.outcome == .done)
    #expect(ledger.runs.first == "b")
    #expect(ledger.runs.sorted() == ["a", "b", "c"])
    #expect(ledger.mostAtWork == 1)
    // It is reported once.
    #expect(
      observer.notices.count { if case .waiting("a", _) = $0 { true } else { false } } == 1)
  }

  @Test func `a waiting run can be stopped`() throws {
    let folder = try TemporaryFolder()
    let key = StageKey.compute(
      point: graph([counting("a", Ledger())]).points[0], inputs: [], fingerprint: "")
    let store = try folder.store()
    guard
      case .granted(let lease) = try store.takeLease(key.hex, holder: LeaseHolder(address: "a"))
    else {
      Issue.record("no lease")
      return
    }
    let stop = StopSignal()
    let observer = RecordingObserver()
    observer.whenNoticed = { if case .waiting = $0 { stop.request() } }
    let summary = try Runner.run(
      graph([counting("a", Ledger())]), store: try folder.store(),
      options: .testing(stop: stop), observer: observer)
    #expect(summary["a"]?.outcome == .stopped(step: nil))
    lease.release()
  }
}

@Suite(.timeLimit(.minutes(120))) struct LeaseTests {
  private let key = String(repeating: "0a", count: 32)

  private func isGranted(_ store: Store) throws -> Bool {
    switch try store.takeLease(key, holder: LeaseHolder(address: "x")) {
    case .granted(let lease):
      lease.release()
      return true
    case .held: return false
    }
  }

  @Test func `a lease excludes others until its end and leaves nothing`() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    let other = try folder.store()
    do {
      guard
        case .granted(let lease) = try store.takeLease(key, holder: LeaseHolder(address: "rl"))
      else {
        Issue.record("no lease")
        return
      }
      #expect(lease.predecessor == nil)
      #expect(try !isGranted(store))
      #expect(try !isGranted(other))
      let seen = try #require(other.leaseHolder(key))
      #expect(seen.holder?.address == "rl")
      #expect(seen.holder?.process == getpid())
      lease.release()
    }
    #expect(other.leaseHolder(key) == nil)
    #expect(try isGranted(other))
    #expect(folder.listing("store/leases").isEmpty)
  }

  @Test func `many threads that want one lease have it one at a time`() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    let inside = Atomic<Int>(0)
    let clashes = Atomic<Int>(0)
    let granted = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: 8) { _ in
      for _ in 0..<200 {
        guard
          case .granted(let lease)? = try? store.takeLease(key, holder: LeaseHolder(address: "x"))
        else { continue }
        if inside.add(1, ordering: .sequentiallyConsistent).newValue != 1 {
          clashes.add(1, ordering: .relaxed)
        }
        granted.add(1, ordering: .relaxed)
        inside.subtract(1, ordering: .sequentiallyConsistent)
        lease.release()
      }
    }
    #expect(clashes.load(ordering: .relaxed) == 0)
    #expect(granted.load(ordering: .relaxed) > 0)
    #expect(try isGranted(store))
  }

  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/flock")))
  func `a killed holder's lease is free at once, and the next one hears whose it was`() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    let file = store.root + "/leases/\(key).lock"
    let holder = Process()
    holder.executableURL = URL(filePath: "/bin/sh")
    holder.arguments = [
      "-c",
      """
      echo "{\\"process\\":$$,\\"host\\":\\"elsewhere\\",\\"address\\":\\"rl\\"}" > "$0"
      exec flock --no-fork "$0" sleep 60
      """, file,
    ]
    try holder.run()
    try #require(eventually { store.leaseHolder(key) != nil }, "the child took no lock")
    #expect(try !isGranted(store))
    kill(holder.processIdentifier, SIGKILL)
    holder.waitUntilExit()
    guard case .granted(let lease) = try store.takeLease(key, holder: LeaseHolder(address: "rl"))
    else {
      Issue.record("not taken over")
      return
    }
    #expect(lease.predecessor?.process == holder.processIdentifier)
    #expect(lease.predecessor?.host == "elsewhere")
    lease.release()
  }
}
