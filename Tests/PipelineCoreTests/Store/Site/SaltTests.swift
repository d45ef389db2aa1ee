import Fields
import Foundation
import PipelineCore
import Testing

@Suite struct SaltTests {
  private let ledger = Ledger()

  private func run(_ folder: TemporaryFolder) throws -> (ran: [String], summary: RunSummary) {
    let summary = try Runner.run(
      graph([counting("a", ledger), counting("b", ledger, from: "a")]), store: try folder.store(),
      options: .testing())
    return (ledger.takeRuns(), summary)
  }

  @Test func `a salt disowns what is there, without it everything is back`() throws {
    let folder = try TemporaryFolder()
    let first = try run(folder)
    #expect(first.ran == ["a", "b"])
    try folder.write("2025-11\n", to: "store/salt")
    let salted = try run(folder)
    #expect(salted.ran == ["a", "b"])
    // The same bytes are stored under other keys.
    #expect(salted.summary.artifacts == first.summary.artifacts)
    #expect(salted.summary["a"]?.key != first.summary["a"]?.key)
    #expect(try run(folder).ran == [])
    try folder.write("  2025-11 ", to: "store/salt")
    #expect(try run(folder).ran == [])
    try folder.write("2025-12", to: "store/salt")
    #expect(try run(folder).ran == ["a", "b"])
    for text in ["", " \n"] {
      try folder.write(text, to: "store/salt")
      #expect(try run(folder).ran == [])
    }
    try FileManager.default.removeItem(at: folder.url.appending(path: "store/salt"))
    #expect(try run(folder).ran == [])
  }

  @Test func `a plan names the salt as what changed, and not its text`() throws {
    let folder = try TemporaryFolder()
    _ = try run(folder)
    try folder.write("hush", to: "store/salt")
    let plan = Planner.plan(
      graph([counting("a", ledger)]), store: try folder.store(), fingerprint: { _ in "" })
    guard case .changed(let changes, _) = plan.points[0].reason else {
      Issue.record("no change is named")
      return
    }
    #expect(changes.map(\.path) == ["store.salt"])
    #expect(changes[0].now == ContentDigest.hex(of: Data("hush".utf8)))
  }

  @Test func `a salt that cannot be read stops the work in one sentence`() throws {
    let folder = try TemporaryFolder()
    _ = try folder.store()
    try folder.write(String(repeating: "x", count: 5000), to: "store/salt")
    let result = try run(folder)
    #expect(result.ran == [])
    guard case .failed(let message) = result.summary["a"]?.outcome else {
      Issue.record("not failed")
      return
    }
    #expect(message.hasSuffix("it is longer than 4096 bytes"))
  }
}

@Suite struct PermissionTests {
  private func mode(_ folder: TemporaryFolder, _ path: String) throws -> Int? {
    let place = folder.url.appending(path: path).path(percentEncoded: false)
    return try FileManager.default.attributesOfItem(atPath: place)[.posixPermissions] as? Int
  }

  @Test func `a store that others could write into is closed to them`() throws {
    let folder = try TemporaryFolder()
    _ = try folder.store()
    let parts = ["objects", "records", "checkpoints", "leases", "runs", "pins", "tmp"]
    for part in parts {
      let place = folder.url.appending(path: "store/\(part)").path(percentEncoded: false)
      try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: place)
    }
    _ = try folder.store()
    for part in parts { #expect(try mode(folder, "store/\(part)") == 0o700, "\(part)") }
    #expect(try mode(folder, "store") == 0o700)
  }

  @Test func `planted bytes under a known name are never used`() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    let artifact = try store.commit(["value.txt": "honest"])
    try overwrite(store.blob("honest"), with: "planted")
    #expect(throws: StoreError.self) { try artifact.read("value.txt") }
    // A manifest that names other blobs has another digest, so it is not accepted here.
    let manifest = folder.url.appending(
      path: "store/objects/\(artifact.digest.prefix(2))/\(artifact.digest.dropFirst(2))")
    let planted = Manifest(
      type: ArtifactType("text"),
      files: [
        Manifest.File(
          path: "value.txt", digest: ContentDigest.hex(of: Data("planted".utf8)), size: 7)
      ])
    try overwrite(manifest, with: String(decoding: planted.bytes, as: UTF8.self))
    #expect(throws: StoreError.self) { try store.artifact(artifact.digest) }
  }
}
