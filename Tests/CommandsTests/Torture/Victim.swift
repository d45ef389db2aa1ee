import Foundation
import PipelineCore
import TestSupport
import Testing

/// A project with the torture pipeline and its own store, and the expected results.
struct Victim {
  /// The results of an uninterrupted run.
  struct Truth {
    /// The artifacts by address, and by key.
    let artifacts: [String: String]
    let records: [String: String]
    /// The duration of the run in seconds.
    let life: Double
  }

  let folder: URL
  let arguments =
    ["run", "pipelines/small.yaml", "--checkpoint-every-steps", "1", "--allow-exec"]
    + tortureOverrides

  static func with<Result>(_ body: (Victim) throws -> Result) throws -> Result {
    try withProject { folder in
      let pipelines = folder.appendingPathComponent("pipelines")
      try Data(torturePipeline.utf8).write(to: pipelines.appendingPathComponent("small.yaml"))
      for (name, text) in tortureFiles {
        try Data(text.utf8).write(to: pipelines.appendingPathComponent(name))
      }
      return try body(Victim(folder: folder))
    }
  }

  /// Makes an uninterrupted run in a temporary store.
  static func truth() throws -> Truth {
    try with { victim in
      let start = Date()
      let outcome = try victim.start().wait()
      try #require(outcome.status == 0, "\(outcome.errors)")
      let life = Date().timeIntervalSince(start)
      let points = try victim.store.run("latest").points
      return Truth(
        artifacts: Dictionary(
          uniqueKeysWithValues: points.map { ($0.address, $0.artifact ?? "none") }),
        records: Dictionary(
          uniqueKeysWithValues: points.map { ($0.key ?? "none", $0.artifact ?? "none") }),
        life: life)
    }
  }

  var store: Store { Store(readOnly: folder.appendingPathComponent("artifacts")) }

  func start() throws -> LaconicProcess { try LaconicProcess(arguments, in: folder) }

  /// Runs to the end and compares every artifact with the expected one.
  func finish(_ truth: Truth, _ comment: Comment) throws {
    let outcome = try start().wait()
    #expect(outcome.status == 0, "\(comment) \(outcome.errors)")
    let points = try store.run("latest").points
    for point in points {
      #expect(point.artifact == truth.artifacts[point.address], "\(comment) \(point.address)")
    }
    #expect(points.count == truth.artifacts.count, comment)
    expectNoCorruptHit(truth, comment)
    let scratch = try FileManager.default.contentsOfDirectory(
      atPath: folder.appendingPathComponent("artifacts/tmp").path)
    #expect(scratch.isEmpty, "\(comment) left behind: \(scratch)")
  }

  /// Checks that every existing record names the right artifact, and that every blob of it is
  /// whole.
  func expectNoCorruptHit(_ truth: Truth, _ comment: Comment) {
    let store = store
    for record in store.records() {
      #expect(record.artifact == truth.records[record.key], "\(comment) \(record.kind)")
      if case .hit = store.lookup(record.key) { continue }
      Issue.record("\(comment) the record of a '\(record.kind)' is no hit")
    }
  }

  /// The kinds of the points that a dead process was working on.
  func atWork(_ process: Int32) -> [String] {
    guard let run = try? store.run("latest"), run.process == process else { return [] }
    return run.points.filter { $0.started != nil && $0.outcome == nil }.map(\.kind)
  }

  /// The regular files below a part of the store, sorted by path.
  func files(_ part: String) -> [URL] {
    let root = folder.appendingPathComponent("artifacts/" + part)
    let names = FileManager.default.enumerator(atPath: root.path)?.compactMap { $0 as? String }
    return (names ?? []).sorted().map { root.appendingPathComponent($0) }.filter {
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: $0.path, isDirectory: &isFolder)
        && !isFolder.boolValue && $0.lastPathComponent != "memo.txt"
    }
  }
}

/// Flips one bit of a file in place. Returns false if the file is empty or has just been removed.
func flipBit(_ file: URL, using random: inout SeededRandom) throws -> Bool {
  guard var bytes = try? Data(contentsOf: file), !bytes.isEmpty else { return false }
  bytes[Int.random(in: 0..<bytes.count, using: &random)] ^=
    1
    << UInt8.random(
      in: 0..<8, using: &random)
  try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
  let handle = try FileHandle(forWritingTo: file)
  try handle.write(contentsOf: bytes)
  try handle.close()
  return true
}
