import Foundation
import PipelineCore
import Synchronization
import TestSupport
import Testing

/// A disk that fails at the n-th change of a run.
final class BadDisk: Sendable {
  enum Fault: String, Sendable, CaseIterable {
    /// That change fails for lack of space, and so does every later one that needs space.
    case full
    /// Only that change fails for lack of space.
    case fullOnce
    case ioError
    /// That write writes half of its bytes and reports an error.
    case tornWrite
    /// The machine loses power: nothing happens from then on, and files keep at most half of the
    /// bytes that were not synced to the disk.
    case powerCut
  }

  struct PowerCut: Error {}

  private struct State {
    var count = 0
    /// Files whose bytes were synced to the disk, by inode.
    var settled: Set<UInt64> = []
    /// A file that is about to be synced to the disk.
    var settling: String?
  }
  private let state = Mutex(State())
  private let fault: Fault
  private let position: Int

  init(_ fault: Fault, at position: Int) {
    self.fault = fault
    self.position = position
  }

  /// True if the n-th change came.
  var hasStruck: Bool { state.withLock { $0.count > position } }

  var files: FileSystem { FileSystem { [self] in try perform($0) } }

  private func perform(_ operation: FileOperation) throws {
    try state.withLock { state in
      let number = state.count
      state.count += 1
      // The operation announced before this one has happened by now.
      if let path = state.settling, number <= position, let status = FileSystem().status(path) {
        state.settled.insert(status.inode)
      }
      state.settling = operation.kind == .sync ? operation.path : nil
      guard number >= position else { return }
      switch fault {
      case .full:
        switch operation.kind {
        case .makeDirectory, .create, .write, .rename:
          throw StoreError.diskFull(path: operation.path)
        case .sync, .syncDirectory, .remove: break
        }
      case .fullOnce where number == position: throw StoreError.diskFull(path: operation.path)
      case .ioError where number == position:
        throw StoreError.failed(
          doing: "write", path: operation.path, reason: String(cString: strerror(EIO)))
      case .tornWrite where number == position:
        // `write` is announced when half of the bytes are written.
        throw StoreError.failed(
          doing: "write", path: operation.path, reason: "half of it was written")
      case .powerCut: throw PowerCut()
      default: break
      }
    }
  }

  /// Changes the folder to what the disk holds after the machine has restarted.
  func comeBack(_ folder: TemporaryFolder) throws {
    guard fault == .powerCut else { return }
    let settled = state.withLock(\.settled)
    for file in folder.listing() {
      let path = folder.path + "/store/" + file
      // The marker was synced to the disk before this disk failed.
      guard file != "laconic-store", let status = FileSystem().status(path),
        !settled.contains(status.inode)
      else { continue }
      chmod(path, 0o600)
      try #require(truncate(path, off_t(status.size / 2)) == 0)
    }
  }
}

@Suite(.timeLimit(.minutes(120))) struct BadDiskTests {
  private func stages(_ ledger: Ledger) -> [StageDeclaration] {
    [
      counting("a", ledger, steps: 2), counting("b", ledger, from: "a", steps: 2),
      gathering("table", ledger, ["a", "b"]),
    ]
  }

  /// Every change of a run under `make torture`, every seventh otherwise.
  private static let stride =
    ProcessInfo.processInfo.environment["LACONIC_TORTURE"] == nil ? 7 : 1

  @Test(arguments: BadDisk.Fault.allCases)
  func `whatever change of a run the disk fails at, nothing is lost and nothing is wrong`(
    _ fault: BadDisk.Fault
  ) throws {
    let reference = try TemporaryFolder()
    let expected = try Runner.run(
      graph(stages(Ledger())), store: try reference.store(), options: .testing())
    let keys = expected.points.compactMap(\.key)

    var position = 0
    while true {
      let folder = try TemporaryFolder()
      _ = try folder.store()
      let disk = BadDisk(fault, at: position)
      let result = Result {
        try Runner.run(
          graph(stages(Ledger())), store: try folder.store(files: disk.files),
          options: .testing())
      }
      let done = (try? result.get())?.points.filter(\.outcome.isSuccess) ?? []
      try disk.comeBack(folder)

      let store = try folder.store()
      for (index, key) in keys.enumerated() {
        switch store.lookup(key) {
        case .none: break
        case .hit(let artifact):
          #expect(artifact.digest == expected.points[index].artifact, "change \(position)")
        case .damaged(_, let problems):
          Issue.record("change \(position): \(problems)")
        }
      }
      // What a run reported as done is still there, whatever happened to the disk afterwards.
      for point in done {
        let key = try #require(point.key)
        guard case .hit = store.lookup(key) else {
          Issue.record("change \(position) lost \(point.address)")
          continue
        }
      }

      let ledger = Ledger()
      let after = try Runner.run(
        graph(stages(ledger)), store: try folder.store(), options: .testing())
      #expect(after.outcome == .done, "change \(position): \(after.outcomes)")
      #expect(after.artifacts == expected.artifacts, "change \(position)")
      #expect(ledger.runs.count <= 3 - done.count, "change \(position)")
      #expect(folder.listing("store/tmp").isEmpty, "change \(position)")
      guard disk.hasStruck else { break }
      position += Self.stride
    }
    // The run has two stages with checkpoints and one without.
    #expect(position > 60)
  }
}
