import Fields
import Foundation
import PipelineCore
import Synchronization
import Testing

/// A reader of a stage's log that continues from its position, as `logs -f` does.
private final class Follower: Sendable {
  private let text = Mutex("")
  private let store: Store
  private let key: String

  init(_ folder: TemporaryFolder, key: String) {
    store = Store(readOnly: folder.url.appending(path: "store"))
    self.key = key
  }

  var seen: String { text.withLock { $0 } }

  func look() throws {
    try text.withLock { text in
      let news = try store.liveLog(key, from: text.utf8.count)
      text += String(decoding: news, as: UTF8.self)
    }
  }

  /// The rest is in the artifact.
  func finish(_ artifact: String?) throws {
    let whole = try store.artifact(try #require(artifact)).text("logs/steps.txt")
    text.withLock { text in
      #expect(whole.hasPrefix(text))
      text += String(decoding: whole.utf8.dropFirst(text.utf8.count), as: UTF8.self)
    }
  }
}

@Suite(.timeLimit(.minutes(120))) struct LiveLogTests {
  private let key = StageKey.compute(
    point: graph([counting("a", Ledger(), steps: 8)]).points[0], inputs: [], fingerprint: "")

  private func run(
    _ folder: TemporaryFolder, _ ledger: Ledger, checkpoints: CheckpointCadence = .seconds(3600),
    stop: StopSignal = StopSignal()
  ) throws -> RunSummary {
    try Runner.run(
      graph([counting("a", ledger, steps: 8)]), store: try folder.store(),
      options: .testing(checkpoints: checkpoints, stop: stop))
  }

  private func steps(_ text: String) -> [Int] {
    text.split(separator: "\n").compactMap { $0.split(separator: " ").first.flatMap { Int($0) } }
  }

  @Test func `a log can be read while its stage runs`() throws {
    let folder = try TemporaryFolder()
    let follower = Follower(folder, key: key.hex)
    let sizes = Mutex<[Int]>([])
    let ledger = Ledger { _, _ in
      Thread.sleep(forTimeInterval: 0.06)
      try follower.look()
      sizes.withLock { $0.append(follower.seen.utf8.count) }
    }
    let summary = try run(folder, ledger)
    #expect(Set(sizes.withLock { $0 }).count > 2)
    try follower.finish(summary["a"]?.artifact)
    #expect(steps(follower.seen) == Array(1...8))
    #expect(folder.listing("store/checkpoints").isEmpty)
    #expect(try folder.store().liveLog(key.hex, from: 0).isEmpty)
  }

  @Test(arguments: 1...8)
  func `stopped after any step, the log goes on without gap or repeat`(_ step: Int) throws {
    let folder = try TemporaryFolder()
    let follower = Follower(folder, key: key.hex)
    let stop = StopSignal()
    let first = Ledger { _, number in if number == step { stop.request() } }
    #expect(try run(folder, first, stop: stop).outcome == .stopped)
    try follower.look()
    #expect(steps(follower.seen) == Array(1...step))
    let summary = try run(folder, Ledger { _, _ in try follower.look() })
    try follower.finish(summary["a"]?.artifact)
    #expect(steps(follower.seen) == Array(1...8))
  }

  @Test func `steps that are done again are not told again`() throws {
    let folder = try TemporaryFolder()
    let follower = Follower(folder, key: key.hex)
    // The stage saved at step 3 and failed at step 6.
    let failing = Ledger { _, number in if number == 6 { throw StageFailure("no") } }
    #expect(try run(folder, failing, checkpoints: .steps(3)).outcome == .failed)
    try follower.look()
    #expect(steps(follower.seen) == [1, 2, 3, 4, 5])
    let again = Ledger { _, _ in try follower.look() }
    let summary = try run(folder, again)
    #expect(again.steps("a") == [4, 5, 6, 7, 8])
    try follower.finish(summary["a"]?.artifact)
    #expect(steps(follower.seen) == Array(1...8))
  }

  @Test func `a log that cannot be written is told once and does no harm`() throws {
    let folder = try TemporaryFolder()
    let files = FileSystem { operation in
      if operation.path.hasSuffix("/log") { throw StoreError.diskFull(path: operation.path) }
    }
    let observer = RecordingObserver()
    let summary = try Runner.run(
      graph([counting("a", Ledger(), steps: 8)]), store: try folder.store(files: files),
      options: .testing(), observer: observer)
    #expect(summary.outcomes == ["a": .ran])
    #expect(observer.notices.count == 1)
    guard case .notRecorded(let problem) = observer.notices.first else {
      Issue.record("\(observer.notices)")
      return
    }
    #expect(problem.hasPrefix("the disk is full: "))
  }

  @Test func `what is no key has no log`() throws {
    let store = try TemporaryFolder().store()
    #expect(try store.liveLog("../../etc", from: 0).isEmpty)
    #expect(try store.liveLog(key.hex, from: 0).isEmpty)
  }
}
