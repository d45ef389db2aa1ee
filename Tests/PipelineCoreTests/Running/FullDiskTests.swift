import Fields
import Foundation
import PipelineCore
import Synchronization
import TestSupport
import Testing

/// A disk that is full, read-only or of another user, at each place where a run writes: the error
/// is one clear line, and no finished work is lost.
@Suite(.timeLimit(.minutes(120))) struct FullDiskTests {
  /// The places where a run writes, and the outcome of the run if it cannot.
  enum Place: String, CaseIterable, Sendable {
    case scratch, sync, blob, record, checkpoint, lock, runLog, progress, memo, liveLog

    func isHit(by operation: FileOperation) -> Bool {
      let path = operation.path
      return switch self {
      case .scratch: operation.kind == .write && path.hasSuffix("/value.txt")
      case .sync: operation.kind == .sync && path.hasSuffix("/value.txt")
      case .blob: operation.kind == .rename && path.contains("/objects/")
      case .record: operation.kind == .rename && path.contains("/records/")
      case .checkpoint: operation.kind == .rename && path.contains("/step-")
      // The run's file appears with its first line, or there is no run.
      case .lock: operation.kind == .rename && path.hasSuffix(".jsonl")
      case .runLog: operation.kind == .write && path.hasSuffix(".jsonl")
      case .progress: operation.kind == .rename && path.hasSuffix(".progress.json")
      case .memo: operation.kind == .write && path.hasSuffix("/memo.txt")
      case .liveLog: operation.kind == .rename && path.hasSuffix("/log")
      }
    }

    enum Effect { case noRun, failure, notice }

    var effect: Effect {
      switch self {
      case .lock: .noRun
      case .scratch, .sync, .blob, .record, .checkpoint: .failure
      case .runLog, .progress, .memo, .liveLog: .notice
      }
    }
  }

  private static let faults: [@Sendable (String) -> StoreError] = [
    { .diskFull(path: $0) }, { .readOnly(path: $0) }, { .permission(doing: "write", path: $0) },
  ]

  @Test(arguments: Place.allCases, 0..<3)
  func `a place that cannot be written`(_ place: Place, _ fault: Int) throws {
    func stages(_ ledger: Ledger = Ledger()) -> [StageDeclaration] {
      [counting("a", ledger, alpha: 1), counting("b", ledger, from: "a", steps: 6)]
    }
    let expected = try Runner.run(
      graph(stages()), store: try TemporaryFolder().store(), options: .testing()
    ).artifacts

    let folder = try TemporaryFolder()
    _ = try Runner.run(graph([stages()[0]]), store: try folder.store(), options: .testing())
    let hits = Mutex(0)
    let isHit = Gate()
    let faulty = FileSystem { operation in
      guard place.isHit(by: operation) else { return }
      hits.withLock { $0 += 1 }
      isHit.open()
      throw Self.faults[fault](operation.path)
    }
    let observer = RecordingObserver()
    // The memo is written only for files that have not changed for a while.
    let store = try folder.store(files: faulty, now: { Store.wallClock() + 3_600_000_000_000 })
    // The runner writes progress at a tick of its own, so the last step waits for it.
    let patient = Ledger { _, step in if place == .progress, step == 6 { isHit.wait() } }
    let outcome = Result {
      try Runner.run(graph(stages(patient)), store: store, options: .testing(), observer: observer)
    }
    #expect(hits.withLock { $0 } > 0)

    switch (place.effect, outcome) {
    case (.noRun, .failure(let error)):
      #expect(error is StoreError)
      #expect(!"\(error)".contains("\n"))
    case (.failure, .success(let summary)):
      #expect(summary.outcome == .failed)
      #expect(summary.outcomes["a"] == .hit)
      guard case .failed(let sentence) = summary.outcomes["b"] else {
        Issue.record("\(summary.outcomes)")
        return
      }
      #expect(sentence.hasPrefix("\(Self.faults[fault](""))".prefix(12)))
      #expect(!sentence.contains("\n"))
    case (.notice, .success(let summary)):
      #expect(summary.outcome == .done)
      #expect(summary.artifacts == expected)
      let told = observer.notices.filter { if case .notRecorded = $0 { true } else { false } }
      #expect(told.count == 1)
    default: Issue.record("\(outcome)")
    }

    let after = try Runner.run(graph(stages()), store: try folder.store(), options: .testing())
    #expect(after.outcome == .done)
    #expect(after.outcomes["a"] == .hit)
    #expect(after.artifacts == expected)
  }
}
